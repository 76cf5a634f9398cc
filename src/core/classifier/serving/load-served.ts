import { MvsError } from '../../base/errors.js';
import { loadLabels } from '../labels.js';
import { pictureShape } from '../layout.js';
import type { Model } from '../model.js';
import type { ModelServer } from './address.js';
import { within } from './deadline.js';
import { openServing } from './index.js';
import type { ModelDescription } from './protocol.js';
import { onlyInput, pictureTensors, unusable } from './tensors.js';

/**
 * The assumptions about a served model without a model.yaml: RGB scaled to −1…1 (Keras' "tf" mode: (x − 127.5) / 127.5), and
 * the centre crop of 87.5 % that is usual in the evaluation of ImageNet networks.
 */
const servedDefaults = {
  colorOrder: 'rgb',
  mean: [127.5, 127.5, 127.5],
  std: [127.5, 127.5, 127.5],
  resize: { mode: 'crop', fraction: 0.875, kernel: 'cubic' },
} as const satisfies Pick<Model['input'], 'colorOrder' | 'mean' | 'std'> & Pick<Model, 'resize'>;

/** Scores that add up to one, up to the rounding of fp16 and int8 networks, are probabilities. */
const roundingError = 0.02;

export interface ServedOptions {
  /** A labels file. */
  readonly labels: string | undefined;
  /** The labels of ImageNet's 1,000 classes, for a model with as many classes and no labels of its own. */
  readonly usualLabels: () => Promise<readonly string[]>;
  readonly signal: AbortSignal | undefined;
}

/**
 * Describes a model by the metadata of its server, and by its answer to an empty picture.
 * @throws MvsError MODEL_INVALID, ENGINE_UNAVAILABLE, CONFIG if the server requires another token, INTERRUPTED
 */
export async function loadServedModel(
  server: ModelServer,
  { labels, usualLabels, signal }: ServedOptions,
): Promise<Model> {
  const { address, access } = server;
  await using serving = await openServing(server);
  const inTime = <T>(work: (signal: AbortSignal) => Promise<T>) =>
    within(access.timeoutMs, address, work, () => signal?.aborted === true);
  const description = await inTime((ending) => serving.describe(ending));
  const size = sizeOf(description, address.url);
  const { name, layout, fixedBatchSize = 1, outputs } = pictureTensors(description, size, address);
  const picture = pictureShape(layout, size);
  const values = new Float32Array(fixedBatchSize * 3 * size.width * size.height);
  const [scores] = await inTime((ending) =>
    serving.infer({ name, shape: [fixedBatchSize, ...picture], values }, outputs, ending),
  );
  const all = scores?.values ?? new Float32Array();
  const row = all.subarray(0, all.length / fixedBatchSize);
  const { resize, ...colours } = servedDefaults;
  return {
    name: nameOf(server),
    input: { ...size, ...colours },
    resize,
    output: isDistribution(row) ? 'probabilities' : 'logits',
    labels:
      labels === undefined ? await labelsFor(row.length, address.url, usualLabels) : await loadLabels(labels),
    files: {},
    server,
  };
}

/** The name in the records: the model's name, with the requested version, if any. */
function nameOf({ address: { model, version, label } }: ModelServer): string {
  const chosen = version ?? label;
  return chosen === undefined ? model : `${model}@${chosen}`;
}

function sizeOf({ inputs }: ModelDescription, url: string): { width: number; height: number } {
  const { shape = [] } = onlyInput(inputs, url);
  const [, a = -1, b = -1, c = -1] = shape;
  const [height, width] = a === 3 ? [b, c] : [a, b];
  if (shape.length !== 4) throw unusable(url, `its input has ${shape.length || 'no'} dimensions`);
  if (height > 0 && width > 0) return { width, height };
  throw new MvsError('MODEL_INVALID', `the model at ${url} takes pictures of any size`, {
    hint: `Write a model.yaml that says which size, with "server: ${url}", and give it with --model.`,
  });
}

function isDistribution(scores: Float32Array): boolean {
  const total = scores.reduce((a, b) => a + b, 0);
  return Math.abs(total - 1) < roundingError && scores.every((score) => score >= 0);
}

async function labelsFor(
  classes: number,
  url: string,
  usualLabels: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const usual = await usualLabels();
  if (usual.length === classes) return usual;
  throw new MvsError(
    'MODEL_INVALID',
    `the model at ${url} returns ${classes} classes, but has no names for them`,
    {
      hint: 'Give the names of its classes with --labels FILE.',
    },
  );
}
