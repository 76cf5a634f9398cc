import { createHash } from 'node:crypto';
import { sha256Of } from '../base/sha256.js';
import type { LocalFile } from '../base/temporary-file.js';
import { fileProblem } from '../source/files.js';

/**
 * SHA-256 of the content in hex; the file is streamed.
 *
 * @throws MvsError NO_INPUT if the file cannot be read; the signal's reason when it is aborted.
 */
export async function fingerprint({ input, path }: LocalFile, signal?: AbortSignal): Promise<string> {
  try {
    return await sha256Of(path, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw fileProblem(input, error);
  }
}

/**
 * The fingerprint of one stream of a file: that of the content for the usual stream, and another one for each other stream, because its
 * frames are those of another video.
 */
export function ofStream(content: string, index: number | undefined): string {
  if (index === undefined) return content;
  return createHash('sha256').update(`${content}\nstream ${index}`).digest('hex');
}
