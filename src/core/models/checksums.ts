import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The list that `sha256sum` writes and checks, in every folder of a network. */
export const sumsFile = 'SHA256SUMS';

/** Paths relative to the folder, with the checksum of each in hexadecimal. */
export type Checksums = ReadonlyMap<string, string>;

export async function readChecksums(folder: string): Promise<Checksums> {
  const lines = (await readFile(join(folder, sumsFile), 'utf8')).split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, sum = '', name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      return name === '' ? [] : [[name, sum] as const];
    }),
  );
}

export function checksumLines(sums: Checksums): string {
  return [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('');
}
