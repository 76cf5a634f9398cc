import { readFile, writeFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import * as v from 'valibot';
import { parse, stringify } from 'yaml';
import { readDescription } from '../classifier/load-model.js';
import { MvsError } from '../base/errors.js';
import type { ModelAddress } from './address.js';
import { sha256Of } from '../base/sha256.js';
import { fetchFile } from './fetch.js';

/** Bytes. An ONNX file cannot have more (protobuf); the rest is text. */
const limits = { network: 2 ** 31, graph: 64 * 2 ** 20, text: 16 * 2 ** 20, yaml: 64 * 2 ** 10 } as const;

/** Below the folder of the description, or it could be written anywhere. */
const inside = /^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*$/;

const weights = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ weightsManifest: v.array(v.object({ paths: v.array(v.string()) })) }),
);

type Fetch = (name: string, limit: number, sha256?: string) => Promise<void>;

/**
 * Downloads all files of a network: the description beside the file that the address names, or that file itself, and
 * what it names. @returns the checksum of each file.
 */
export async function fetchModel(
  { url, kind, sha256 }: ModelAddress,
  folder: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const sums = new Map<string, string>();
  const fetch: Fetch = async (name, limit, sum) => {
    if (!inside.test(name)) throw outside(name);
    if (sums.has(name)) return;
    const address = new URL(name, url);
    // A token in the query is good for all files of a server.
    address.search = url.search;
    sums.set(name, await fetchFile(address, folder, name, { signal, limit, sha256: sum }));
  };
  const named = basename(url.pathname);
  // First what can be checked: nothing else is asked for where that is another file.
  if (kind === 'onnx') await fetch(named, limits.network, sha256);
  if (kind === 'tfjs') await fetchGraph(named, folder, fetch, sha256);
  await fetch('model.yaml', limits.yaml, kind === 'yaml' ? sha256 : undefined).catch((error: unknown) => {
    throw kind === 'yaml' ? error : noDescription(error);
  });
  const description = await readDescription(join(folder, 'model.yaml'));
  // It would decide where the frames go, and the token of the server that was meant.
  if (description.server !== undefined) throw namesServer();
  await fetch(description.labels, limits.text);
  if (kind === 'yaml') {
    const { onnx, tfjs } = description.files;
    if (onnx !== undefined) await fetch(onnx, limits.network);
    if (tfjs !== undefined) await fetchGraph(tfjs, folder, fetch);
  } else {
    await keepOnly({ [kind]: named }, folder, sums);
  }
  return sums;
}

/** The graph and the weights that it names, which lie beside it. */
async function fetchGraph(name: string, folder: string, fetch: Fetch, sha256?: string): Promise<void> {
  await fetch(name, limits.graph, sha256);
  const found = v.safeParse(weights, await readFile(join(folder, name), 'utf8'));
  if (!found.success) {
    throw new MvsError('MODEL_INVALID', `${name} names no weights: it is no TensorFlow.js network`, {
      hint: 'Name the model.json that tensorflowjs_converter wrote.',
    });
  }
  for (const path of found.output.weightsManifest.flatMap(({ paths }) => paths)) {
    await fetch(posix.join(posix.dirname(name), path), limits.network);
  }
}

/** Of a description that names more files than were asked for, the others are not here. */
async function keepOnly(
  files: Readonly<Record<string, string>>,
  folder: string,
  sums: Map<string, string>,
): Promise<void> {
  const file = join(folder, 'model.yaml');
  const content = parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  await writeFile(file, stringify({ ...content, files }));
  sums.set('model.yaml', await sha256Of(file));
}

function noDescription(cause: unknown): unknown {
  if (!(cause instanceof MvsError && cause.code === 'NO_INPUT')) return cause;
  return new MvsError(
    'MODEL_INVALID',
    `no model.yaml beside it says what the network expects: ${cause.message}`,
    {
      cause,
      hint: 'Put a model.yaml there (docs/models.md), or download the network and write one beside it.',
    },
  );
}

function namesServer(): MvsError {
  return new MvsError('MODEL_INVALID', 'its model.yaml names a server, which one from the web may not', {
    hint: 'Give the address of the served model with --model yourself, or write a model.yaml of your own.',
  });
}

function outside(name: string): MvsError {
  return new MvsError(
    'MODEL_INVALID',
    `${JSON.stringify(name)} is not a file below the folder of the model.yaml`,
    {
      hint: 'Of a network on the web, all files lie beside its model.yaml, with names of letters, digits, ".", "-" and "_".',
    },
  );
}
