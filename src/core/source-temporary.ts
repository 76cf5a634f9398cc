import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskFull, messageOf, MvsError } from './errors.js';
import { quoted, type LocalFile } from './source-files.js';

/** A folder of its own in TMPDIR for what has to be a file before it can be read. */
export type TemporaryFile = LocalFile & AsyncDisposable;

/**
 * Writes what `content` gives to a temporary file, which goes when the result is disposed, or at once where that fails.
 *
 * @param extension with its dot; ffprobe looks at it too
 * @throws what `content` throws, and MvsError DISK_FULL, CONFIG
 */
export async function spool(
  input: string,
  extension: string,
  content: () => AsyncIterable<Uint8Array>,
): Promise<TemporaryFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mvs-source-')).catch((error: unknown) => {
    throw diskProblem(input, error);
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  const file = path.join(folder, `video${extension}`);
  // What goes wrong on the way into the pipeline is not the disk's fault.
  let failure: Error | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* content();
    } catch (error) {
      failure = error as Error;
      throw error;
    }
  }
  try {
    await pipeline(watched(), createWriteStream(file, { flags: 'wx' }));
    return { input, path: file, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw failure ?? diskProblem(input, error);
  }
}

function diskProblem(input: string, error: unknown): MvsError {
  const full = isDiskFull(error);
  const what = full ? 'has no room for' : 'cannot take';
  const reason = messageOf(error).trim();
  const message = `The temporary folder ${quoted(tmpdir())} ${what} ${quoted(input)} (${reason})`;
  return new MvsError(full ? 'DISK_FULL' : 'CONFIG', message, {
    hint: 'Make room there, or set TMPDIR to another folder.',
    cause: error,
  });
}
