import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { localEngines } from '../classifier/engines/index.js';
import { bundledFolder, imageNetLabels, loadModel } from '../classifier/load-model.js';
import type { DetectForm, DetectOutput } from '../classifier/detect/settings.js';
import type { Model } from '../classifier/model.js';
import { localEngineNames, type LocalEngineName } from '../classifier/port.js';
import { mustBeUsable } from '../classifier/usable.js';
import { MvsError } from '../base/errors.js';
import { readChecksums } from './checksums.js';
import { folderOf, knownModels, unknownModel } from './known.js';
import { addressOfPackage, presets, type PackagedPreset, type WebPreset } from './presets.js';
import { addressOf } from './shelf.js';

const loadMs = 20_000;

/** A network that can be named with `--model`. */
export interface ListedModel {
  readonly name: string;
  /** `bundled`: part of mvs; `preset`: known to mvs; `pulled`: downloaded from a URL. */
  readonly kind: 'bundled' | 'preset' | 'pulled';
  /** True if its files are on this machine. */
  readonly here: boolean;
  /** The size of its files, downloaded or not. */
  readonly bytes: number;
  /** Engines that can run it on this machine. */
  readonly engines: readonly LocalEngineName[];
  /** The address of its download. */
  readonly address: string | null;
  /** Why it cannot be used, if it cannot. */
  readonly problem: string | null;
}

export interface ModelDetails extends ListedModel {
  readonly input: Model['input'];
  readonly resize: Model['resize'];
  readonly output: Model['output'];
  /** The form of the outputs of a detector, and its limits; null for a classifier. */
  readonly detect: Detects | null;
  readonly labels: number;
  /** Percent, as published; null if unknown. */
  readonly top1: number | null;
  readonly license: string | null;
  readonly checksums: readonly { readonly file: string; readonly sha256: string }[];
}

interface Detects extends Pick<DetectOutput, 'minScore' | 'maxOverlap' | 'maxObjects'> {
  readonly form: DetectForm;
}

/** Published accuracies (models/efficientnet-lite0/README.md). */
const bundled = { top1: new Map([['efficientnet-lite0', 75.1]]), license: 'Apache-2.0' } as const;

/** All known and downloaded networks: bundled ones, presets, then those pulled by URL. */
export async function listModels(shelf: string): Promise<ListedModel[]> {
  const usable = await usableEngines();
  const known = await knownModels(shelf);
  return Promise.all(
    known.map((name) => describe(name, shelf).then((found) => summaryOf(found, usable), broken(name))),
  );
}

/** A broken network must not hide the others. */
function broken(name: string) {
  return (error: unknown): ListedModel => {
    if (!(error instanceof MvsError)) throw error;
    const nothing = { bytes: 0, engines: [], address: null };
    return { name, kind: 'pulled', here: true, ...nothing, problem: error.message };
  };
}

/** @throws MvsError MODEL_INVALID if there is no such network. */
export async function showModel(name: string, shelf: string): Promise<ModelDetails> {
  const known = await knownModels(shelf);
  if (!known.includes(name)) throw unknownModel(name, known);
  const [found, usable] = await Promise.all([describe(name, shelf), usableEngines()]);
  const { formats: _, ...details } = found;
  return { ...details, ...summaryOf(found, usable) };
}

type Described = Omit<ModelDetails, 'engines' | 'problem'> & { readonly formats: readonly string[] };

function detects({ form, minScore, maxOverlap, maxObjects }: DetectOutput): Detects {
  return { form, minScore, maxOverlap, maxObjects };
}

type PresetFacts = Pick<
  Described,
  'address' | 'checksums' | 'output' | 'detect' | 'labels' | 'top1' | 'formats'
>;

/** A preset of the web uses the labels of the bundled networks. */
async function webFacts({ address, sha256, top1, model: { output } }: WebPreset): Promise<PresetFacts> {
  const checksums = [{ file: new URL(address).pathname.split('/').at(-1) ?? '', sha256 }];
  const { length: labels } = await imageNetLabels();
  return { address, checksums, output, detect: null, labels, top1, formats: ['onnx'] };
}

function packagedFacts(preset: PackagedPreset): PresetFacts {
  const { files, labels, model } = preset;
  const checksums = Object.entries(files).map(([file, from]) => ({
    file,
    sha256: from.split('=').at(-1) ?? '',
  }));
  const facts = { output: 'probabilities', detect: detects(model.output), labels: labels.length } as const;
  return {
    address: addressOfPackage(preset),
    checksums,
    ...facts,
    top1: null,
    formats: Object.keys(model.files),
  };
}

async function describe(name: string, shelf: string): Promise<Described> {
  const preset = (await presets()).get(name);
  const folder = await folderOf(name, shelf);
  if (preset !== undefined && !existsSync(folder)) {
    const { bytes, license, model } = preset;
    const { input, resize } = model;
    const own = 'files' in preset ? packagedFacts(preset) : await webFacts(preset);
    return { name, kind: 'preset', here: false, bytes, license, input, resize, ...own };
  }
  const isBundled = folder.startsWith(bundledFolder);
  const [model, sums] = await Promise.all([loadModel(folder), readChecksums(folder)]);
  const sizes = [...sums.keys()].map(
    async (file) => (await stat(join(folder, file)).catch(() => undefined))?.size ?? 0,
  );
  const { input, resize, output, detect, labels, files } = model;
  return {
    name,
    kind: isBundled ? 'bundled' : preset === undefined ? 'pulled' : 'preset',
    here: true,
    bytes: (await Promise.all(sizes)).reduce((a, b) => a + b, 0),
    address: isBundled ? null : await addressOf(folder),
    input,
    resize,
    output,
    detect: detect === undefined ? null : detects(detect),
    labels: labels.length,
    license: isBundled ? bundled.license : (preset?.license ?? null),
    top1: (isBundled ? bundled.top1.get(name) : preset && 'top1' in preset ? preset.top1 : null) ?? null,
    checksums: [...sums].map(([file, sha256]) => ({ file, sha256 })),
    formats: Object.keys(files),
  };
}

function summaryOf({ formats, ...model }: Described, usable: readonly LocalEngineName[]): ListedModel {
  const { name, kind, here, bytes, address } = model;
  const able = usable.filter((engine) => formats.includes(localEngines[engine].format));
  return { name, kind, here, bytes, engines: able, address, problem: null };
}

/** Loads each library in a process of its own. */
async function usableEngines(): Promise<LocalEngineName[]> {
  const found = await Promise.all(
    localEngineNames.map((engine) =>
      mustBeUsable(engine, loadMs).then(
        () => engine,
        () => undefined,
      ),
    ),
  );
  return found.filter((engine) => engine !== undefined);
}
