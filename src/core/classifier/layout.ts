import type { Engine } from './engine.js';
import type { Model } from './model.js';

/** Sizes; names and numbers below 1 stand for any size. */
export type Shape = readonly (number | string)[];

/** How pictures of this size lie in an input of this shape; undefined where they do not fit. */
export function layoutOf(
  shape: Shape,
  { width, height }: Pick<Model['input'], 'width' | 'height'>,
): Engine['layout'] | undefined {
  if (fits(shape, [3, height, width])) return 'nchw';
  return fits(shape, [height, width, 3]) ? 'nhwc' : undefined;
}

function fits(shape: Shape, wanted: readonly number[]): boolean {
  const fixed = (size: number | string | undefined) => typeof size === 'number' && size > 0;
  return shape.length === 4 && wanted.every((size, i) => !fixed(shape[i + 1]) || shape[i + 1] === size);
}
