import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { parse } from 'yaml';
import { modelYaml } from '../classifier/model-yaml.js';
import { MvsError } from '../base/errors.js';
import { problemsOf } from '../base/problems.js';

/** `models/presets/` of this package, three levels up, both in src and in dist. */
const folder = fileURLToPath(new URL('../../../models/presets/', import.meta.url));

/** A network that is not part of this package, with its address and checksum. */
const preset = v.strictObject({
  /** An ONNX file. */
  address: v.pipe(v.string(), v.url()),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The source of the checksum. */
  source: v.string(),
  license: v.string(),
  /** Top-1 accuracy on ImageNet in percent, as published. */
  top1: v.number(),
  /** It uses the labels of the bundled networks, the 1,000 classes of ImageNet. */
  model: v.omit(modelYaml, ['labels', 'hierarchy', 'files']),
});

export type Preset = v.InferOutput<typeof preset>;

/** All presets by name. @throws MvsError MODEL_INVALID if one of their files is invalid. */
export async function presets(): Promise<ReadonlyMap<string, Preset>> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const entries = await Promise.all(files.map(readPreset));
  return new Map(entries.map((one) => [one.model.name, one]));
}

async function readPreset(name: string): Promise<Preset> {
  const checked = v.safeParse(preset, parse(await readFile(join(folder, name), 'utf8')));
  if (checked.success) return checked.output;
  throw new MvsError('MODEL_INVALID', `${join(folder, name)}: ${problemsOf(checked.issues)}`);
}
