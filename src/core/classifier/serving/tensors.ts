import { MvsError } from '../../base/errors.js';
import type { Engine } from '../engine.js';
import { layoutOf } from '../layout.js';
import type { Model } from '../model.js';
import { wantedOutputs } from '../outputs.js';
import type { ServerAddress } from './address.js';
import type { ModelDescription, TensorDescription } from './protocol.js';

/** The input for pictures and the outputs that are needed, by the model's own names. */
export interface PictureTensors {
  readonly name: string;
  readonly layout: Engine['layout'];
  /** The only batch size that the model takes; undefined if it takes any. */
  readonly fixedBatchSize: number | undefined;
  readonly outputs: readonly string[];
}

/** @throws MvsError MODEL_INVALID if the model does not take float32 pictures of this size, or does not return scores of classes */
export function pictureTensors(
  { inputs, outputs }: ModelDescription,
  size: Pick<Model['input'], 'width' | 'height'>,
  { url }: ServerAddress,
  detector?: Pick<Model, 'name' | 'detect'>,
): PictureTensors {
  const input = onlyInput(inputs, url);
  const { name, shape } = input;
  const layout = layoutOf(shape ?? [-1, size.height, size.width, 3], size);
  if (layout === undefined) {
    throw unusable(url, `its input ${shown(input)} does not take pictures of ${size.width}×${size.height}`);
  }
  const [first = -1] = shape ?? [];
  const fixedBatchSize = first > 0 ? first : undefined;
  if (detector?.detect) {
    const floats = outputs.filter(({ datatype }) => datatype === 'FP32').map((output) => output.name);
    return { name, layout, fixedBatchSize, outputs: wantedOutputs(detector, floats) };
  }
  const output = outputs.find((candidate) => candidate.datatype === 'FP32' && rows(candidate));
  if (output === undefined) {
    throw unusable(
      url,
      `none of its outputs (${outputs.map(shown).join(', ') || 'none'}) has scores of classes`,
    );
  }
  return { name, layout, fixedBatchSize, outputs: [output.name] };
}

/** @throws MvsError MODEL_INVALID */
export function onlyInput(inputs: readonly TensorDescription[], url: string): TensorDescription {
  const [input, another] = inputs;
  if (input === undefined) throw unusable(url, 'the server does not describe its inputs');
  if (another !== undefined) throw unusable(url, `it takes ${inputs.map(shown).join(' and ')}`);
  if (input.datatype !== 'FP32')
    throw unusable(url, `its input ${input.name} is ${input.datatype}, not FP32`);
  return input;
}

/** Whether the output has a row for each picture; some networks append empty dimensions, such as n×1000×1×1. */
function rows({ shape }: TensorDescription): boolean {
  return shape === undefined || (shape.length >= 2 && shape.slice(2).every((size) => size === 1));
}

function shown({ name, datatype, shape }: TensorDescription): string {
  return `${name} (${datatype} ${shape?.join('×') ?? 'of any shape'})`;
}

export function unusable(url: string, why: string): MvsError {
  return new MvsError('MODEL_INVALID', `the model at ${url} is not a picture classifier: ${why}`, {
    hint: 'It must take one tensor of float32 pictures, n×3×H×W or n×H×W×3, and return a row of float32 scores for each.',
  });
}
