import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isDiskFull, messageOf, MvsError } from './errors.js';
import { quoted, type LocalFile } from './source-files.js';

/** A folder of its own in TMPDIR for what has to be a file before it can be read. */
export type TemporaryFile = LocalFile & AsyncDisposable;

export interface SpoolOptions {
  /** More mebibytes than that are refused: a source without an end must not fill the disk. */
  readonly spoolLimit: number;
}

const mebibyte = 1 << 20;

/**
 * Writes what `content` gives to a temporary file, which goes when the result is disposed, or at once where that fails.
 *
 * @param extension with its dot; ffprobe looks at it too
 * @throws what `content` throws, and MvsError SOURCE_TOO_LARGE, DISK_FULL, CONFIG
 */
export async function spool(
  input: string,
  extension: string,
  options: SpoolOptions,
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
    let bytes = 0;
    try {
      for await (const chunk of content()) {
        bytes += chunk.byteLength;
        mustFit(input, bytes, options);
        yield chunk;
      }
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

/** @throws MvsError SOURCE_TOO_LARGE where a source has more bytes than may be written of one. */
export function mustFit(input: string, bytes: number, { spoolLimit }: SpoolOptions): void {
  if (bytes <= spoolLimit * mebibyte) return;
  throw new MvsError('SOURCE_TOO_LARGE', `${quoted(input)} is larger than ${spoolLimit} MiB`, {
    hint: 'Raise --spool-limit, or write it to a file and produce that. Something without an end is read as HLS or RTSP only.',
  });
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
