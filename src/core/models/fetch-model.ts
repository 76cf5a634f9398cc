import { readFile } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import * as v from 'valibot';
import { readDescription } from '../classifier/load-model.js';
import { MvsError } from '../base/errors.js';
import type { ModelAddress } from './address.js';
import { sha256Of } from '../base/sha256.js';
import { readYaml, writeYaml } from '../base/yaml-file.js';
import { fetchFile } from './fetch.js';

/** Limits in bytes. An ONNX file cannot be larger (protobuf); the other files are text. */
const limits = { network: 2 ** 31, graph: 64 * 2 ** 20, text: 16 * 2 ** 20, yaml: 64 * 2 ** 10 } as const;

/** A path below the folder of the description. Other paths could write to any place. */
const inside = /^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*$/;

const weights = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ weightsManifest: v.array(v.object({ paths: v.array(v.string()) })) }),
);

type Fetch = (name: string, limit: number, sha256?: string) => Promise<void>;

/**
 * Downloads all files of a network: the file that the address names, the description beside it, and the files that these
 * name. @returns the checksum of each file.
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
    // A token in the query is used for all files of the server.
    address.search = url.search;
    sums.set(name, await fetchFile(address, folder, name, { signal, limit, sha256: sum }));
  };
  const named = basename(url.pathname);
  // The file with a checksum comes first. If it is wrong, nothing else is requested.
  if (kind === 'onnx') await fetch(named, limits.network, sha256);
  if (kind === 'tfjs') await fetchGraph(named, folder, fetch, sha256);
  await fetch('model.yaml', limits.yaml, kind === 'yaml' ? sha256 : undefined).catch((error: unknown) => {
    throw kind === 'yaml' ? error : noDescription(error);
  });
  const description = await readDescription(join(folder, 'model.yaml'));
  // It would decide where frames and the server's token are sent.
  if (description.server !== undefined) throw namesServer();
  await fetch(description.labels, limits.text);
  if (description.hierarchy !== undefined) await fetch(description.hierarchy, limits.text);
  if (kind === 'yaml') {
    const { onnx, tfjs } = description.files;
    if (onnx !== undefined) await fetch(onnx, limits.network);
    if (tfjs !== undefined) await fetchGraph(tfjs, folder, fetch);
  } else {
    await keepOnly({ [kind]: named }, folder, sums);
  }
  return sums;
}

/** Downloads the graph and the weights that it names, which are beside it. */
async function fetchGraph(name: string, folder: string, fetch: Fetch, sha256?: string): Promise<void> {
  await fetch(name, limits.graph, sha256);
  const found = v.safeParse(weights, await readFile(join(folder, name), 'utf8'));
  if (!found.success) {
    throw new MvsError('MODEL_INVALID', `${name} names no weights, so it is not a TensorFlow.js network`, {
      hint: 'Name the model.json that tensorflowjs_converter wrote.',
    });
  }
  for (const path of found.output.weightsManifest.flatMap(({ paths }) => paths)) {
    await fetch(posix.join(posix.dirname(name), path), limits.network);
  }
}

/** Removes the files that were not downloaded from the description. */
async function keepOnly(
  files: Readonly<Record<string, string>>,
  folder: string,
  sums: Map<string, string>,
): Promise<void> {
  const file = join(folder, 'model.yaml');
  const content = (await readYaml(file)) as Record<string, unknown>;
  await writeYaml(file, { ...content, files });
  sums.set('model.yaml', await sha256Of(file));
}

function noDescription(cause: unknown): unknown {
  if (!(cause instanceof MvsError && cause.code === 'NO_INPUT')) return cause;
  return new MvsError('MODEL_INVALID', `the network has no model.yaml beside it: ${cause.message}`, {
    cause,
    hint: 'Put a model.yaml there (docs/models.md), or download the network and write one yourself.',
  });
}

function namesServer(): MvsError {
  return new MvsError(
    'MODEL_INVALID',
    'its model.yaml names a server, which is not allowed for networks from the web',
    {
      hint: 'Set --model to the address of the served model, or write your own model.yaml.',
    },
  );
}

function outside(name: string): MvsError {
  return new MvsError(
    'MODEL_INVALID',
    `${JSON.stringify(name)} is not a file below the folder of the model.yaml`,
    {
      hint: 'Put all files of the network below the folder of its model.yaml, and use only letters, digits, ".", "-" and "_" in their names.',
    },
  );
}
