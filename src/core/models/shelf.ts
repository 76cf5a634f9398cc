import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { checksumLines, sumsFile, type Checksums } from './checksums.js';

const noteFile = 'source.json';
const note = v.object({ address: v.string() });

/** The networks of a cache: a folder for each, complete or not there. */
export function shelfOf({ home, cache }: { home: string; cache?: string | undefined }): string {
  return join(cache ?? join(home, 'cache'), 'models');
}

/** Names of the networks that were pulled. */
export async function pulledModels(shelf: string): Promise<string[]> {
  const names = await readdir(shelf).catch(() => []);
  return names.filter((name) => existsSync(join(shelf, name, noteFile))).sort();
}

/** Where a pulled network came from, without credentials. */
export async function addressOf(folder: string): Promise<string> {
  const content: unknown = JSON.parse(await readFile(join(folder, noteFile), 'utf8'));
  return v.parse(note, content).address;
}

/** The last that is written of a network. */
export async function label(folder: string, address: string, sums: Checksums): Promise<void> {
  await writeFile(join(folder, sumsFile), checksumLines(sums));
  await writeFile(join(folder, noteFile), JSON.stringify({ address }));
}
