import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/**
 * Writes what `content` gives to a file that does not exist yet.
 *
 * @param unwritable makes an error of what the disk says
 * @throws what `content` throws, or what `unwritable` returns; a part of the file may be left
 */
export async function writeNewFile(
  file: string,
  content: AsyncIterable<Uint8Array>,
  unwritable: (cause: unknown) => Error,
): Promise<void> {
  // A pipeline does not tell which end has failed.
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

/** `content`, as long as it has at most `limit` bytes. @throws what `tooLarge` returns, before the chunk that is too much */
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
