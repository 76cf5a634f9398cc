import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { detectorYaml, modelYaml } from '../classifier/model-yaml.js';
import { MvsError } from '../base/errors.js';
import { problemsOf } from '../base/problems.js';
import { readYaml } from '../base/yaml-file.js';
import { packagedFile } from './registry.js';

/** `models/presets/` of this package, three levels up, both in src and in dist. */
export const presetFolder = fileURLToPath(new URL('../../../models/presets/', import.meta.url));

const common = {
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The source of the checksums. */
  source: v.string(),
  license: v.string(),
};

/** A network on the web, with its address and checksum. */
const webPreset = v.strictObject({
  ...common,
  /** An ONNX file. */
  address: v.pipe(v.string(), v.url()),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  /** Top-1 accuracy on ImageNet in percent, as published. */
  top1: v.number(),
  /** It uses the labels of the bundled networks, the 1,000 classes of ImageNet. */
  model: v.omit(modelYaml, ['labels', 'hierarchy', 'files']),
});

/** A detector in a package of a registry. */
const packagedPreset = v.strictObject({
  ...common,
  /** The files in packages, by the names that they get. */
  files: v.record(v.string(), v.pipe(v.string(), v.regex(packagedFile))),
  labels: v.array(v.string()),
  /** A file of this folder: what its classes are. */
  hierarchy: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w-]+\.hierarchy\.json$/))),
  model: v.omit(detectorYaml, ['labels', 'hierarchy']),
});

const preset = v.union([webPreset, packagedPreset]);

export type WebPreset = v.InferOutput<typeof webPreset>;
export type PackagedPreset = v.InferOutput<typeof packagedPreset>;
export type Preset = WebPreset | PackagedPreset;

/** All presets by name. @throws MvsError MODEL_INVALID if one of their files is invalid. */
export async function presets(): Promise<ReadonlyMap<string, Preset>> {
  const files = (await readdir(presetFolder)).filter((name) => name.endsWith('.yaml')).sort();
  const entries = await Promise.all(files.map(readPreset));
  return new Map(entries.map((one) => [one.model.name, one]));
}

/** The labels of presets that have a hierarchy, each with the path of that file. */
export async function presetClasses(): Promise<
  readonly { readonly labels: readonly string[]; readonly hierarchy: string }[]
> {
  return [...(await presets()).values()].flatMap((one) =>
    'hierarchy' in one ? [{ labels: one.labels, hierarchy: join(presetFolder, one.hierarchy) }] : [],
  );
}

async function readPreset(name: string): Promise<Preset> {
  const checked = v.safeParse(preset, await readYaml(join(presetFolder, name)));
  if (checked.success) return checked.output;
  throw new MvsError('MODEL_INVALID', `${join(presetFolder, name)}: ${problemsOf(checked.issues)}`);
}

/** The address of a package is that of its first file, without the checksum. */
export function addressOfPackage({ files }: PackagedPreset): string {
  return Object.values(files)[0]?.split('#', 1)[0] ?? '';
}
