import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundledModels } from '../classifier/load-model.js';
import { sha256Of } from '../sha256.js';
import { readChecksums, sumsFile } from './checksums.js';
import { folderOf, unknownModel } from './known.js';
import { addressOf, pulledModels } from './shelf.js';

export interface VerifiedModel {
  readonly name: string;
  readonly files: number;
  /** What is wrong, one line each. */
  readonly problems: readonly string[];
  /** What `mvs models:pull` takes to mend it; null where it came with mvs. */
  readonly pull: string | null;
}

/** Compares the files of these networks, or of all that are here, with their checksums. */
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

/** What is wrong with the files of a network, one line each; empty where all are as they should be. */
export async function problemsIn(folder: string): Promise<string[]> {
  if (!existsSync(join(folder, sumsFile))) return [`${join(folder, sumsFile)} is missing`];
  const sums = [...(await readChecksums(folder))];
  if (sums.length === 0) return [`${join(folder, sumsFile)} is damaged`];
  const found = await Promise.all(sums.map(([name, sum]) => problemOf(join(folder, name), sum)));
  return found.filter((problem) => problem !== undefined);
}

async function problemOf(file: string, sum: string): Promise<string | undefined> {
  const found = await sha256Of(file).catch(() => undefined);
  if (found === undefined) return `${file} is missing`;
  return found === sum ? undefined : `${file} is damaged`;
}
