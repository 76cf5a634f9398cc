import type { Size } from '../../frames/frame.js';
import { placeOf } from '../letterbox.js';
import { usefulSize, type Model } from '../model.js';
import { axisOf, reducedLength, type Axis } from './axis.js';

/** What to do with a picture of one size, so that the result has the bytes that sharp makes. */
export interface Plan {
  /** Pixels of the file, in each direction, for one that the decoder makes: 1, 2, 4 or 8. */
  readonly shrink: number;
  readonly across: Axis;
  readonly down: Axis;
  /** Where the result is in the input of the network. */
  readonly placed: Size & { readonly left: number; readonly top: number };
}

/** @returns undefined for a picture that is left to sharp */
export function planFor(picture: Size, model: Model): Plan | undefined {
  const { input, resize } = model;
  const whole = { left: 0, top: 0, width: input.width, height: input.height };
  if (resize.mode === 'crop') return covering(picture, model, whole);
  return filling(picture, resize.mode === 'letterbox' ? placeOf(picture, model) : whole, resize.kernel);
}

/** The largest centred part with the proportions of the input, then the middle of it. */
function covering(picture: Size, model: Model, placed: Plan['placed']): Plan | undefined {
  const useful = usefulSize(model);
  const factorOf = ({ width, height }: Size): number =>
    Math.min(width / useful.width, height / useful.height);
  const shrink = shrinkOf(factorOf(picture));
  const decoded = decodedSize(picture, shrink);
  const factor = factorOf(decoded);
  const axis = (multiple: number, length: number, middle: number, count: number): Axis | undefined => {
    const cropped = Math.floor((reducedLength(length, factor) - middle + 1) / 2);
    const first = cropped + Math.floor((middle - count) / 2);
    return axisOf({ length, factor, kernel: model.resize.kernel, first, count, multiple });
  };
  const across = axis(8, decoded.width, useful.width, placed.width);
  const down = axis(2, decoded.height, useful.height, placed.height);
  return across && down && { shrink, across, down, placed };
}

/** The whole picture, without regard to its proportions. */
function filling(picture: Size, placed: Plan['placed'], kernel: Model['resize']['kernel']): Plan | undefined {
  const shrink = shrinkOf(Math.min(picture.width / placed.width, picture.height / placed.height));
  const decoded = decodedSize(picture, shrink);
  const axis = (multiple: number, length: number, count: number): Axis | undefined =>
    axisOf({ length, factor: length / count, kernel, first: 0, count, multiple });
  const across = axis(8, decoded.width, placed.width);
  const down = axis(2, decoded.height, placed.height);
  return across && down && { shrink, across, down, placed };
}

/** How far sharp lets the decoder reduce the picture. */
function shrinkOf(factor: number): number {
  const shrink = [8, 4, 2].find((one) => factor >= one) ?? 1;
  return shrink > 1 && Math.trunc(factor) === shrink ? shrink / 2 : shrink;
}

/** libvips does not use a last column or row that is made of fewer pixels. */
function decodedSize({ width, height }: Size, shrink: number): Size {
  return { width: Math.floor(width / shrink), height: Math.floor(height / shrink) };
}
