import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MvsError } from '../base/errors.js';
import { mustBeEncrypted } from './address.js';
import { contentOf } from '../base/download.js';
import { quoted } from '../base/text.js';
import { shownInput } from '../base/web-address.js';
import { upTo, writeNewFile } from '../base/write-file.js';

const stallMs = 30_000;

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** The maximum size in bytes. */
  readonly limit: number;
  /** The required checksum in hexadecimal, if known. */
  readonly sha256?: string | undefined;
}

/**
 * Downloads one file of a network to `name` in `folder`, and returns its checksum.
 * @throws MvsError NO_INPUT, SOURCE_UNAVAILABLE; MODEL_INVALID if it is too large or has another checksum; and file system
 *   errors if it cannot be written.
 */
export async function fetchFile(
  url: URL,
  folder: string,
  name: string,
  options: FetchOptions,
): Promise<string> {
  const input = shownInput(url.href);
  const file = join(folder, name);
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    const onAddress = (next: URL): void => {
      if (options.sha256 === undefined && next.origin !== url.origin) mustBeEncrypted(next);
    };
    const content = contentOf({ input, url }, { stallMs, signal: options.signal, onAddress });
    for await (const chunk of upTo(content, options.limit, () => tooLarge(input, options.limit))) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await mkdir(dirname(file), { recursive: true });
  await writeNewFile(file, hashed(), (cause) => cause as Error);
  const sum = hash.digest('hex');
  if (options.sha256 !== undefined && options.sha256 !== sum) throw otherContent(input, sum, options.sha256);
  return sum;
}

function tooLarge(input: string, limit: number): MvsError {
  return new MvsError('MODEL_INVALID', `${quoted(input)} is larger than the limit of ${limit} bytes`, {
    hint: 'Check the address. Download a larger network by hand, and name its path.',
  });
}

function otherContent(input: string, found: string, wanted: string): MvsError {
  return new MvsError('MODEL_INVALID', `${quoted(input)} has the checksum ${found}, not ${wanted}`, {
    hint: 'Check the address and the checksum: the file was changed, or is an error page or a Git LFS pointer. Nothing was kept.',
  });
}
