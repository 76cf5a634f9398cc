import { join, posix } from 'node:path';
import { bundledFolder, bundledModels, readDescription } from '../classifier/load-model.js';
import { MvsError } from '../base/errors.js';
import { sha256Of } from '../base/sha256.js';
import { readChecksums, sumsFile } from './checksums.js';
import { folderOf, unknownModel } from './known.js';
import { addressOf, pulledModels } from './shelf.js';

export interface VerifiedModel {
  readonly name: string;
  readonly files: number;
  /** The problems found, one line each. */
  readonly problems: readonly string[];
  /** The argument of `mvs models:pull` that repairs it; null if it is bundled. */
  readonly pull: string | null;
}

/** Compares the files of these networks, or of all networks on this machine, with their checksums. */
export async function verifyModels(wanted: readonly string[], shelf: string): Promise<VerifiedModel[]> {
  const [bundled, pulled] = await Promise.all([bundledModels(), pulledModels(shelf)]);
  const here = [...bundled, ...pulled];
  const missing = wanted.find((name) => !here.includes(name));
  if (missing !== undefined) throw unknownModel(missing, here);
  return Promise.all(
    (wanted.length > 0 ? wanted : here).map(async (name) => {
      const folder = await folderOf(name, shelf);
      const problems = await problemsIn(folder);
      const sums = await readChecksums(folder).catch(() => new Map());
      const pull = bundled.includes(name) ? null : await addressOf(folder).catch(() => name);
      return { name, files: sums.size, problems, pull };
    }),
  );
}

/** The problems of a network's files, one line each; empty if there are none. */
export async function problemsIn(folder: string): Promise<string[]> {
  const isBundled = folder.startsWith(bundledFolder);
  const origin = isBundled ? [] : await addressOf(folder).then(() => [], problemsOfRead);
  const sums = await readChecksums(folder).catch(problemsOfRead);
  if (Array.isArray(sums)) return [...sums, ...origin];
  const damaged = await Promise.all(Array.from(sums, ([name, sum]) => problemOf(join(folder, name), sum)));
  const needed = [...(await filesOf(folder)), ...(isBundled ? [] : ['model.yaml'])];
  const unknown = needed.filter((name) => !sums.has(posix.normalize(name)));
  return [
    ...damaged.filter((problem) => problem !== undefined),
    ...unknown.map((name) => `${join(folder, sumsFile)} does not name ${name}`),
    ...origin,
  ];
}

/** The files that its description names. An unreadable description is found by its checksum. */
async function filesOf(folder: string): Promise<string[]> {
  const found = await readDescription(join(folder, 'model.yaml')).catch(() => undefined);
  if (found === undefined) return [];
  // Bundled networks share their labels and their hierarchy.
  const { labels, hierarchy = [], files } = found;
  return [labels, hierarchy, ...Object.values(files)].flat().filter((name) => !name.startsWith('../'));
}

function problemsOfRead(error: unknown): string[] {
  if (error instanceof MvsError) return [error.message];
  throw error;
}

async function problemOf(file: string, sum: string): Promise<string | undefined> {
  const found = await sha256Of(file).catch(() => undefined);
  if (found === undefined) return `${file} is missing`;
  return found === sum ? undefined : `${file} is damaged`;
}
