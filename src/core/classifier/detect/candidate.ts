import type { Size } from '../../frames/frame.js';
import type { OutputPart } from '../engine.js';
import { softmax } from '../rank.js';
import type { Activation, BoxFormat, BoxUnit } from './settings.js';

/** Left, top, right and bottom edge, as fractions of the input of the network. */
export type Corners = readonly [number, number, number, number];

/** A possible object. */
export interface Candidate {
  /** From 0, in the order of the labels. */
  readonly classIndex: number;
  readonly score: number;
  readonly corners: Corners;
}

/** Takes a possible object. Several, of other classes, may share a box, which is given by its number. */
export type Found = (classIndex: number, score: number, box: number) => void;

/** The outputs for one picture, in the order of `outputNames`. */
export type Parts = readonly Float32Array[];

/** The decoder of one form, for the shapes that a network has. It creates no objects: there may be hundreds of thousands of candidates. */
export interface Decoder {
  /** Finds all candidates of a sufficient score. */
  readonly decode: (parts: Parts, found: Found) => void;
  readonly cornersOf: (parts: Parts, box: number) => Corners;
  /** The number of classes that the shapes show; undefined if they do not. */
  readonly classes: number | undefined;
}

/** The shapes do not fit the form; the message says why. */
export class WrongShape extends Error {}

/** A shape without dimensions of 1 at its beginning, which some networks add. */
export function inner(part: OutputPart | undefined, dimensions: number): readonly number[] {
  if (part === undefined) throw new WrongShape('an output is missing');
  let { shape } = part;
  while (shape.length > dimensions && shape[0] === 1) shape = shape.slice(1);
  if (shape.length === dimensions) return shape;
  throw new WrongShape(
    `${part.name} has ${part.shape.length} dimensions for each picture, not ${dimensions}`,
  );
}

/** Reads the four numbers of a box. */
export type ReadBox = (values: Float32Array, offset: number) => Corners;

export function boxReader(format: BoxFormat, unit: BoxUnit, { width, height }: Size): ReadBox {
  const [wide, high] = unit === 'pixels' ? [width, height] : [1, 1];
  return (values, offset) => {
    const at = (place: number) => values[offset + place] ?? 0;
    const [left, top, right, bottom] = cornersOf(format, at(0), at(1), at(2), at(3));
    return [left / wide, top / high, right / wide, bottom / high];
  };
}

function cornersOf(format: BoxFormat, a: number, b: number, c: number, d: number): Corners {
  switch (format) {
    case 'xyxy':
      return [a, b, c, d];
    case 'yxyx':
      return [b, a, d, c];
    case 'xywh':
      return [a, b, a + c, b + d];
    case 'cxcywh':
      return [a - c / 2, b - d / 2, a + c / 2, b + d / 2];
  }
}

/** Turns the numbers of one candidate into scores. */
export function activate(row: Float32Array, activation: Activation): Float32Array {
  if (activation === 'none') return row;
  if (activation === 'sigmoid') return row.map((x) => 1 / (1 + Math.exp(-x)));
  return softmax(row);
}
