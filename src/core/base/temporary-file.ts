import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDiskFull, messageOf, MvsError } from './errors.js';
import { quoted } from './text.js';
import { upTo, writeNewFile } from './write-file.js';

/** A file to read. */
export interface LocalFile {
  /** Its origin, for messages; not always its path. */
  readonly input: string;
  readonly path: string;
}

/** A file in a folder of its own in TMPDIR, for input that must be a file before it can be read. */
export type TemporaryFile = LocalFile & AsyncDisposable;

export interface SpoolOptions {
  /** The maximum size in mebibytes. An endless source must not fill the disk. */
  readonly spoolLimit: number;
}

const mebibyte = 1 << 20;

/**
 * Writes `content` to a temporary file, which is removed when the result is disposed, or at once if writing fails.
 *
 * @param extension with its dot; ffprobe uses it too
 * @throws errors of `content`, and MvsError SOURCE_TOO_LARGE, DISK_FULL, CONFIG
 */
export async function spool(
  input: string,
  extension: string,
  options: SpoolOptions,
  content: () => AsyncIterable<Uint8Array>,
): Promise<TemporaryFile> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mvs-source-')).catch((error: unknown) => {
    throw temporaryFolderProblem(input, error);
  });
  const remove = () => rm(folder, { recursive: true, force: true });
  const file = path.join(folder, `video${extension}`);
  try {
    const limited = upTo(content(), options.spoolLimit * mebibyte, () => tooLarge(input, options));
    await writeNewFile(file, limited, (error) => temporaryFolderProblem(input, error));
    return { input, path: file, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** @throws MvsError SOURCE_TOO_LARGE if a source is larger than the limit. */
export function mustFit(input: string, bytes: number, options: SpoolOptions): void {
  if (bytes > options.spoolLimit * mebibyte) throw tooLarge(input, options);
}

function tooLarge(input: string, { spoolLimit }: SpoolOptions): MvsError {
  return new MvsError('SOURCE_TOO_LARGE', `${quoted(input)} is larger than ${spoolLimit} MiB`, {
    hint: 'Raise --spool-limit, or save it to a file and produce the file. mvs reads endless sources as HLS or RTSP only.',
  });
}

/** The error for a file that cannot be written there. */
export function temporaryFolderProblem(input: string, error: unknown): MvsError {
  const full = isDiskFull(error);
  const what = full ? 'has no space for' : 'cannot store';
  const reason = messageOf(error).trim();
  const message = `The temporary folder ${quoted(tmpdir())} ${what} ${quoted(input)} (${reason})`;
  return new MvsError(full ? 'DISK_FULL' : 'CONFIG', message, {
    hint: 'Free space there, or set TMPDIR to another folder.',
    cause: error,
  });
}
