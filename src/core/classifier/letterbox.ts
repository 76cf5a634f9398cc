import type { Size } from '../frames/frame.js';
import type { Shown } from './detect/detector.js';
import type { Model } from './model.js';

/** A rectangle in pixels. */
interface Placed extends Size {
  readonly left: number;
  readonly top: number;
}

/** Where a picture is in the input of a network that sees all of it in its own proportions. */
export function placeOf(picture: Size, { input, resize }: Pick<Model, 'input' | 'resize'>): Placed {
  const scale = Math.min(input.width / picture.width, input.height / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  if (resize.align === 'corner') return { left: 0, top: 0, width, height };
  return {
    left: Math.floor((input.width - width) / 2),
    top: Math.floor((input.height - height) / 2),
    width,
    height,
  };
}

/** The same as fractions of the input. */
export function shownOf({ left, top, width, height }: Placed, input: Size): Shown {
  return {
    left: left / input.width,
    top: top / input.height,
    width: width / input.width,
    height: height / input.height,
  };
}
