import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDiskFull, messageOf, MvsError } from './errors.js';
import { quoted } from './text.js';
import { upTo, writeNewFile } from './write-file.js';

/** A file to be read. */
export interface LocalFile {
  /** Where it comes from, for messages: not always its path. */
  readonly input: string;
  readonly path: string;
}

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
  try {
    const limited = upTo(content(), options.spoolLimit * mebibyte, () => tooLarge(input, options));
    await writeNewFile(file, limited, (error) => diskProblem(input, error));
    return { input, path: file, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** @throws MvsError SOURCE_TOO_LARGE where a source has more bytes than may be written of one. */
export function mustFit(input: string, bytes: number, options: SpoolOptions): void {
  if (bytes > options.spoolLimit * mebibyte) throw tooLarge(input, options);
}

function tooLarge(input: string, { spoolLimit }: SpoolOptions): MvsError {
  return new MvsError('SOURCE_TOO_LARGE', `${quoted(input)} is larger than ${spoolLimit} MiB`, {
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
