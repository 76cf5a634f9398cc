import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** The SHA-256 of a file in hexadecimal. Streams the file. @throws file system errors; the signal's reason when it is aborted. */
export async function sha256Of(file: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const content = createReadStream(file, { highWaterMark: 1 << 20 });
  await pipeline(content, hash, signal === undefined ? {} : { signal });
  return hash.digest('hex');
}
