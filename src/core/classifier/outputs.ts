import { MvsError } from '../base/errors.js';
import { outputNames } from './detect/settings.js';
import type { OutputPart } from './engine.js';
import type { Model } from './model.js';

/** One output of one run of a network. */
export interface Output {
  readonly name: string;
  /** The first dimension is that of the pictures. Some networks for one picture at a time lack it. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** The outputs that a model needs, of those that its network has; of a classifier, the first one. @throws MvsError MODEL_INVALID */
export function wantedOutputs(
  { name, detect }: Pick<Model, 'name' | 'detect'>,
  has: readonly string[],
): readonly string[] {
  const wanted = (detect && outputNames(detect)) ?? has.slice(0, 1);
  const missing = wanted.find((output) => !has.includes(output));
  if (missing === undefined) return wanted;
  throw new MvsError(
    'MODEL_INVALID',
    `network ${name} has no output "${missing}"; it has: ${has.join(', ')}`,
    {
      hint: 'Correct the names under "output" in its model.yaml.',
    },
  );
}

/** The parts of a row of outputs for `count` pictures. A shape that does not go with the values is not believed: servers may omit it. */
export function partsOf(outputs: readonly Output[], count: number): OutputPart[] {
  return outputs.map(({ name, shape, values }) => {
    const part = { name, shape: shape[0] === count ? shape.slice(1) : shape };
    const length = values.length / count;
    return sizeOf(part) === length ? part : { name, shape: [length] };
  });
}

/** The number of values of a part. */
export function sizeOf({ shape }: OutputPart): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** The number of values in a row. */
export function rowLength(parts: readonly OutputPart[]): number {
  return parts.reduce((sum, part) => sum + sizeOf(part), 0);
}

/** Puts the values of all outputs for one picture next to each other, picture by picture. */
export function toRows(outputs: readonly Output[], count: number): Float32Array {
  const [first, ...others] = outputs;
  if (first && others.length === 0) return first.values;
  const rows = new Float32Array(outputs.reduce((sum, { values }) => sum + values.length, 0));
  let offset = 0;
  for (let picture = 0; picture < count; picture++) {
    for (const { values } of outputs) {
      const length = values.length / count;
      rows.set(values.subarray(picture * length, (picture + 1) * length), offset);
      offset += length;
    }
  }
  return rows;
}
