import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileProblem, type LocalFile } from '../source-files.js';

/**
 * SHA-256 of the content in hex; the file is streamed.
 *
 * @throws MvsError NO_INPUT where the file can't be read; the signal's reason when it is aborted.
 */
export async function fingerprint({ input, path }: LocalFile, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    const content = createReadStream(path, { highWaterMark: 1 << 20 });
    await pipeline(content, hash, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw fileProblem(input, error);
  }
  return hash.digest('hex');
}
