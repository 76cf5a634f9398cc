import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as v from 'valibot';
import { sha256Of } from '../base/sha256.js';
import type { ModelFacts, ModelVersion } from '../frames/model-version.js';
import type { Model } from './model.js';
import { servedFacts } from './serving/facts.js';

/**
 * The version of a network: its name, and a digest of all that decides its output: the files of every format, the preprocessing, the
 * meaning of the output and the labels. How many predictions are kept is not part of it. A network on a server counts as what the server
 * reports: version and signature.
 *
 * @throws MvsError ENGINE_UNAVAILABLE, MODEL_INVALID if its server cannot describe it; file system errors
 */
export async function versionOf(model: Model, signal?: AbortSignal): Promise<ModelVersion> {
  const facts: ModelFacts = {
    input: JSON.stringify(model.input),
    resize: JSON.stringify(model.resize),
    output: model.output,
    labels: digestOf(model.labels),
    ...(model.server
      ? await servedFacts(model.server, signal)
      : await fileFacts(model.described ?? model.files)),
  };
  return { name: model.name, digest: digestOf([model.name, ...Object.entries(facts).sort()]), facts };
}

function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

async function fileFacts({ onnx, tfjs }: Model['files']): Promise<ModelFacts> {
  return {
    ...(onnx === undefined ? {} : { onnx: await digestOfFiles([onnx, ...(await externalData(onnx))]) }),
    ...(tfjs === undefined ? {} : { tfjs: await digestOfFiles([tfjs, ...(await shardsOf(tfjs))]) }),
  };
}

/** Of one file, its SHA-256; of several, that of the list of theirs. */
async function digestOfFiles(files: readonly string[]): Promise<string> {
  const sums: string[] = [];
  for (const file of files) sums.push(await sha256Of(file));
  const [only = '', ...others] = sums;
  return others.length === 0 ? only : digestOf(sums);
}

const weights = v.object({
  weightsManifest: v.optional(v.array(v.object({ paths: v.array(v.string()) })), []),
});

/** The files with the weights of a TensorFlow.js network, as its model.json lists them. */
async function shardsOf(json: string): Promise<string[]> {
  const { weightsManifest } = v.parse(weights, JSON.parse(await readFile(json, 'utf8')));
  return weightsManifest.flatMap(({ paths }) => paths.map((path) => join(dirname(json), path)));
}

/** `StringStringEntryProto { key: "location" value: … }` (onnx.proto): key, its length, the text; then the value's key. */
const locationKey = Buffer.from('\x0a\x08location\x12', 'latin1');

/** The files that hold the weights of an ONNX network beside it (`TensorProto.external_data`). */
async function externalData(onnx: string): Promise<string[]> {
  const content = await readFile(onnx);
  const names = new Set<string>();
  for (let at = content.indexOf(locationKey); at >= 0; at = content.indexOf(locationKey, at + 1)) {
    const start = at + locationKey.length + 1;
    const name = content.toString('utf8', start, start + (content[start - 1] ?? 0));
    // External data is always in the folder of the network; anything else is a coincidence of bytes.
    if (name !== '' && basename(name) === name) names.add(name);
  }
  return [...names].sort().map((name) => join(dirname(onnx), name));
}
