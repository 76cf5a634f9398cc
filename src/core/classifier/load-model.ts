import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { safeParse } from 'valibot';
import { MvsError, messageOf } from '../base/errors.js';
import { didYouMean, nearest } from '../base/nearest.js';
import { problemsOf } from '../base/problems.js';
import { readYaml } from '../base/yaml-file.js';
import { loadLabels } from './labels.js';
import { exampleYaml, schemaFor, type ModelYaml } from './model-yaml.js';
import type { Model } from './model.js';
import { isServerUrl, parseServerUrl, type ServerAccess, type ServerAddress } from './serving/address.js';

/** `models/` of this package: three levels up from here, in src and in dist alike. */
export const bundledFolder = fileURLToPath(new URL('../../../models/', import.meta.url));

/** The bundled network whose labels and hierarchy are ImageNet's. */
export const imageNet = 'efficientnet-lite0';

const defaultAccess = (): ServerAccess => ({ timeoutMs: 30_000 });

export interface LoadModelOptions {
  /** A labels file that replaces that of the description. */
  readonly labels?: string | undefined;
  /** How to reach the server of a model; called for served models only. */
  readonly access?: ((address: ServerAddress) => ServerAccess) | undefined;
  /** Interrupts requests to a server. */
  readonly signal?: AbortSignal | undefined;
}

/** A description, and the network file if one was named. */
interface Location {
  readonly yaml: string;
  readonly files?: Model['files'];
}

/**
 * Reads the description of a network.
 * @param nameOrPath a bundled network (`efficientnet-lite0`), a folder with a `model.yaml`, or an `.onnx` file, a TF.js
 *   folder or its `model.json` with a `model.yaml` beside it; or the URL of a model on a model server.
 * @throws MvsError MODEL_INVALID with the file and the problem; ENGINE_UNAVAILABLE if a server is unavailable
 */
export async function loadModel(nameOrPath: string, options: LoadModelOptions = {}): Promise<Model> {
  if (isServerUrl(nameOrPath)) return loadServed(nameOrPath, options);
  const { yaml, files } = await locate(nameOrPath);
  const description = await readDescription(yaml);
  const folder = dirname(yaml);
  const labels = options.labels === undefined ? join(folder, description.labels) : resolve(options.labels);
  return {
    name: description.name,
    input: description.input,
    resize: description.resize,
    ...meaningOf(description),
    labels: await loadLabels(labels),
    ...(description.hierarchy === undefined ? {} : { hierarchy: join(folder, description.hierarchy) }),
    ...(description.topK === undefined ? {} : { topK: description.topK }),
    ...(files ? named(files, yaml, description) : { files: presentFiles(yaml, description) }),
    ...serverOf(description, options),
  };
}

/** The scores of a detector are probabilities once they are decoded. */
function meaningOf({ output }: ModelYaml): Pick<Model, 'output' | 'detect'> {
  return typeof output === 'string' ? { output } : { output: 'probabilities', detect: output };
}

async function loadServed(url: string, options: LoadModelOptions): Promise<Model> {
  const { labels, access = defaultAccess, signal } = options;
  const address = parseServerUrl(url);
  const server = { address, access: access(address) };
  const { loadServedModel } = await import('./serving/load-served.js');
  const file = labels === undefined ? undefined : resolve(labels);
  return loadServedModel(server, { labels: file, usualLabels: imageNetLabels, signal });
}

/** The labels of the bundled networks. */
export async function imageNetLabels(): Promise<readonly string[]> {
  return (await loadModel(imageNet)).labels;
}

function serverOf(
  { server }: ModelYaml,
  { access = defaultAccess }: LoadModelOptions,
): Pick<Model, 'server'> {
  if (server === undefined) return {};
  const address = parseServerUrl(server);
  return { server: { address, access: access(address) } };
}

/** Names of the networks that come with this package. */
export async function bundledModels(): Promise<readonly string[]> {
  const entries = await readdir(bundledFolder).catch(() => []);
  return entries.filter((name) => existsSync(join(bundledFolder, name, 'model.yaml'))).sort();
}

async function locate(nameOrPath: string): Promise<Location> {
  const bundled = join(bundledFolder, nameOrPath, 'model.yaml');
  if (/^[\w.-]+$/.test(nameOrPath) && existsSync(bundled)) return { yaml: bundled };
  const path = resolve(nameOrPath);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw await unknownModel(nameOrPath);
  return found.isDirectory() ? locateFolder(path) : locateFile(path);
}

function locateFolder(folder: string): Location {
  const yaml = join(folder, 'model.yaml');
  if (existsSync(yaml)) return { yaml };
  const json = join(folder, 'model.json');
  if (existsSync(json)) return locateFile(json);
  throw new MvsError('MODEL_INVALID', `${folder} has no model.yaml`, { hint: whatToWrite(yaml) });
}

function locateFile(file: string): Location {
  const name = basename(file);
  if (name === 'model.yaml') return { yaml: file };
  const format = name.endsWith('.onnx') ? 'onnx' : name === 'model.json' ? 'tfjs' : undefined;
  if (format === undefined) {
    throw new MvsError('MODEL_INVALID', `${file} is neither an ONNX file nor a TensorFlow.js model.json`, {
      hint: 'Name an .onnx file, a TensorFlow.js folder, or a folder with a model.yaml.',
    });
  }
  // TensorFlow.js comes as a folder, so "beside it" may mean beside the folder.
  const places = format === 'tfjs' ? [dirname(file), dirname(dirname(file))] : [dirname(file)];
  const yaml = places.map((place) => join(place, 'model.yaml')).find((place) => existsSync(place));
  if (yaml !== undefined) return { yaml, files: { [format]: file } };
  throw new MvsError('MODEL_INVALID', `${file} needs a model.yaml beside it`, {
    hint: whatToWrite(join(dirname(file), 'model.yaml')),
  });
}

/** Reads and checks a `model.yaml`. @throws MvsError MODEL_INVALID */
export async function readDescription(file: string): Promise<ModelYaml> {
  const hint = `A complete model.yaml looks like this:\n${exampleYaml}`;
  let content: unknown;
  try {
    content = await readYaml(file);
  } catch (cause) {
    throw new MvsError('MODEL_INVALID', `cannot read ${file}: ${messageOf(cause)}`, { cause, hint });
  }
  const checked = safeParse(schemaFor(content), content);
  if (checked.success) return checked.output;
  throw new MvsError('MODEL_INVALID', `${file}: ${problemsOf(checked.issues)}`, { hint });
}

/** A file that was named itself, and the other files of its description, if that has it too. */
function named(
  files: Model['files'],
  yaml: string,
  description: ModelYaml,
): Pick<Model, 'files' | 'described'> {
  const described = Object.entries(description.files)
    .map(([format, name]) => [format, resolve(dirname(yaml), name)] as const)
    .filter(([, file]) => existsSync(file));
  const isOne = described.some(([, file]) => Object.values(files).some((each) => resolve(each) === file));
  return isOne ? { files, described: Object.fromEntries(described) } : { files };
}

/** The network files of a description, as absolute paths; each must exist. A model on a server needs none. */
function presentFiles(yaml: string, { files: named, server }: ModelYaml): Model['files'] {
  const files = Object.entries(named).map(
    ([format, name]) => [format, resolve(dirname(yaml), name)] as const,
  );
  if (files.length === 0 && server === undefined) {
    throw new MvsError('MODEL_INVALID', `${yaml} names no network file`, {
      hint: 'Add "files: { onnx: NETWORK.onnx }", "files: { tfjs: FOLDER/model.json }" or "server: URL".',
    });
  }
  for (const [, file] of files) {
    if (existsSync(file)) continue;
    throw new MvsError('MODEL_INVALID', `${yaml} names ${file}, which is not there`, {
      hint: 'Put the file there, or correct "files" in the model.yaml.',
    });
  }
  return Object.fromEntries(files);
}

async function unknownModel(nameOrPath: string): Promise<MvsError> {
  const names = await bundledModels();
  return new MvsError('MODEL_INVALID', `there is no model "${nameOrPath}"`, {
    hint: `${didYouMean(nearest(nameOrPath, names))}Bundled models: ${names.join(', ')}; "mvs models:list" shows others. Or give the path of an .onnx file or a folder with a model.yaml, or a URL of one, or of a served model.`,
  });
}

function whatToWrite(yaml: string): string {
  return `Write ${yaml}, for example:\n${exampleYaml}`;
}
