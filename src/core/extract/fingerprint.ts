import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileProblem } from '../source-files.js';
import type { Source } from '../source.js';

/**
 * SHA-256 of the content in hex; the file is streamed.
 *
 * @throws MvsError NO_INPUT where the file can't be read; the signal's reason when it is aborted.
 */
export async function fingerprint(source: Source, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    const content = createReadStream(source.input, { highWaterMark: 1 << 20 });
    await pipeline(content, hash, signal === undefined ? {} : { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw fileProblem(source.input, error);
  }
  return hash.digest('hex');
}
