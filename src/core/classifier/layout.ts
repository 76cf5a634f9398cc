import type { Engine } from './engine.js';
import type { Model } from './model.js';

/** Sizes; names and numbers below 1 mean any size. */
export type Shape = readonly (number | string)[];

/** The layout of pictures of this size in an input of this shape; undefined if they do not fit. */
export function layoutOf(
  shape: Shape,
  { width, height, layout }: Pick<Model['input'], 'width' | 'height' | 'layout'>,
): Engine['layout'] | undefined {
  const possible = layout === undefined ? (['nchw', 'nhwc'] as const) : [layout];
  return possible.find((one) => fits(shape, pictureShape(one, { width, height })));
}

/** The shape of one picture, without the batch dimension. */
export function pictureShape(
  layout: Engine['layout'],
  { width, height }: Pick<Model['input'], 'width' | 'height'>,
): readonly [number, number, number] {
  return layout === 'nchw' ? [3, height, width] : [height, width, 3];
}

function fits(shape: Shape, wanted: readonly number[]): boolean {
  const fixed = (size: number | string | undefined) => typeof size === 'number' && size > 0;
  return shape.length === 4 && wanted.every((size, i) => !fixed(shape[i + 1]) || shape[i + 1] === size);
}
