import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Writes `content` to a new file.
 *
 * @param unwritable converts a file system error
 * @throws errors of `content`, or the result of `unwritable`; a part of the file may remain
 */
export async function writeNewFile(
  file: string,
  content: AsyncIterable<Uint8Array>,
  unwritable: (cause: unknown) => Error,
): Promise<void> {
  // A pipeline does not report which side has failed.
  let failure: Error | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* content;
    } catch (error) {
      failure = error as Error;
      throw error;
    }
  }
  try {
    await pipeline(watched(), createWriteStream(file, { flags: 'wx' }));
  } catch (error) {
    throw failure ?? unwritable(error);
  }
}

/** `content`, limited to `limit` bytes. @throws the error of `tooLarge` before the chunk that exceeds the limit */
export async function* upTo(
  content: AsyncIterable<Uint8Array>,
  limit: number,
  tooLarge: () => Error,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw tooLarge();
    yield chunk;
  }
}
