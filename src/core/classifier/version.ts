import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
    ...(model.detect === undefined ? {} : { detect: JSON.stringify(model.detect) }),
    labels: labelsDigest(model.labels),
    ...(model.server
      ? await servedFacts(model.server, signal)
      : await fileFacts(model.described ?? model.files)),
  };
  return { name: model.name, digest: digestOf([model.name, ...Object.entries(facts).sort()]), facts };
}

/** The fact about the labels of a version. */
export function labelsDigest(labels: readonly string[]): string {
  return digestOf(labels);
}

function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

async function fileFacts({ onnx, tfjs }: Model['files']): Promise<ModelFacts> {
  return {
    ...(onnx === undefined ? {} : { onnx: await digestOfNetwork(onnx, externalData) }),
    ...(tfjs === undefined ? {} : { tfjs: await digestOfNetwork(tfjs, shardsOf) }),
  };
}

/**
 * Of one file, its SHA-256; of several, that of the list of theirs.
 * @param weightsIn the other files that the content of this one names
 */
async function digestOfNetwork(
  file: string,
  weightsIn: (content: Buffer, folder: string) => readonly string[],
): Promise<string> {
  const content = await readFile(file);
  const first = createHash('sha256').update(content).digest('hex');
  const others: string[] = [];
  for (const each of weightsIn(content, dirname(file))) others.push(await sha256Of(each));
  return others.length === 0 ? first : digestOf([first, ...others]);
}

const weights = v.object({
  weightsManifest: v.optional(v.array(v.object({ paths: v.array(v.string()) })), []),
});

/** The files with the weights of a TensorFlow.js network, as its model.json lists them. */
function shardsOf(json: Buffer, folder: string): string[] {
  const { weightsManifest } = v.parse(weights, JSON.parse(json.toString()));
  return weightsManifest.flatMap(({ paths }) => paths.map((path) => join(folder, path)));
}

/** `StringStringEntryProto { key: "location" value: … }` (onnx.proto): key, the length of the text as a varint, the text. */
const locationKey = Buffer.from('\x0a\x08location\x12', 'latin1');

/** The files with weights of an ONNX network (`TensorProto.external_data`), which are in its folder or below. */
function externalData(content: Buffer, folder: string): string[] {
  const files = new Set<string>();
  for (let at = content.indexOf(locationKey); at >= 0; at = content.indexOf(locationKey, at + 1)) {
    const [low = 0, high = 0] = content.subarray(at + locationKey.length);
    // Paths are shorter than 16,384 bytes: two bytes of a varint at most.
    const [length, start] = low < 128 ? [low, 1] : [(low & 127) + high * 128, 2];
    const from = at + locationKey.length + start;
    const file = join(folder, content.toString('utf8', from, from + length));
    // Anything else is a coincidence of bytes.
    if (file.startsWith(join(folder, '/')) && !file.includes('\0') && existsSync(file)) files.add(file);
  }
  return [...files].sort();
}
