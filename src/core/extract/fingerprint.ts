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
