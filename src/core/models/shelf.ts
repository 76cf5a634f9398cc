import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { MvsError } from '../base/errors.js';
import { isPart } from '../stack/cache.js';
import { checksumLines, sumsFile, type Checksums } from './checksums.js';

const noteFile = 'source.json';
const note = v.pipe(v.string(), v.parseJson(), v.object({ address: v.string() }));

/** The folder of the networks in a cache. Each network has a complete folder or none. */
export function shelfOf({ home, cache }: { home: string; cache?: string | undefined }): string {
  return join(cache ?? join(home, 'cache'), 'models');
}

/** The names of the pulled networks. */
export async function pulledModels(shelf: string): Promise<string[]> {
  const names = await readdir(shelf).catch(() => []);
  return names.filter((name) => !isPart(name) && existsSync(join(shelf, name, 'model.yaml'))).sort();
}

/** The address of a pulled network, without credentials. @throws MvsError MODEL_INVALID if its record is missing or damaged */
export async function addressOf(folder: string): Promise<string> {
  const file = join(folder, noteFile);
  const content = await readFile(file, 'utf8').catch(() => undefined);
  const found = v.safeParse(note, content);
  if (found.success) return found.output.address;
  throw new MvsError('MODEL_INVALID', `${file} is ${content === undefined ? 'missing' : 'damaged'}`, {
    hint: 'Download it again with "mvs models:pull" and its name or URL.',
  });
}

/** Written last, so that it marks a complete network. */
export async function seal(folder: string, address: string, sums: Checksums): Promise<void> {
  await writeFile(join(folder, sumsFile), checksumLines(sums));
  await writeFile(join(folder, noteFile), JSON.stringify({ address }));
}
