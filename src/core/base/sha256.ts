import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a file in hex; it is streamed. @throws what the file system says; the signal's reason when it is aborted. */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const content = createReadStream(file, { highWaterMark: 1 << 20 });
  await pipeline(content, hash, signal === undefined ? {} : { signal });
  return hash.digest('hex');
}
