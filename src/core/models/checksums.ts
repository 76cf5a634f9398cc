import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MvsError } from '../base/errors.js';

/** The list in every folder of a network, which `sha256sum` can write and check. */
export const sumsFile = 'SHA256SUMS';

/** The checksum of each file in hexadecimal, by its path relative to the folder. */
export type Checksums = ReadonlyMap<string, string>;

/** @throws MvsError MODEL_INVALID if it is missing or empty */
export async function readChecksums(folder: string): Promise<Checksums> {
  const file = join(folder, sumsFile);
  const content = await readFile(file, 'utf8').catch(() => undefined);
  const sums = (content ?? '').split('\n').flatMap((line) => {
    const [, sum = '', name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, sum] as const];
  });
  if (sums.length > 0) return new Map(sums);
  throw new MvsError('MODEL_INVALID', `${file} is ${content === undefined ? 'missing' : 'damaged'}`, {
    hint: 'Download the network again with "mvs models:pull" and its name or URL.',
  });
}

export function checksumLines(sums: Checksums): string {
  return [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('');
}
