import { open, stat } from 'node:fs/promises';
import { quoted } from '../base/text.js';
import { MvsError, messageOf } from '../base/errors.js';
import { readableHint } from '../base/web-address.js';
import type { LocalFile } from '../base/temporary-file.js';

/**
 * Size in bytes of a regular file that can be read. Opens it, because only that is a reliable test of permission.
 *
 * @throws what the file system throws, and MvsError NO_INPUT for devices, pipes and folders.
 */
export async function readableSize(file: string): Promise<number> {
  const stats = await stat(file);
  if (!stats.isFile()) throw notRegular(file, stats.isDirectory());
  const handle = await open(file);
  await handle.close();
  return stats.size;
}

function notRegular(file: string, isFolder: boolean): MvsError {
  return new MvsError('NO_INPUT', `${quoted(file)} is not a regular file`, {
    hint: isFolder
      ? 'Name the files in the folder.'
      : 'Pipe it into "-" instead: mvs produce - --name NAME < PIPE. Name a camera as device:/dev/video0.',
  });
}

/**
 * Remembers the state of a file; the returned function fails if it has changed since.
 *
 * @param renameHint how to give its video another name
 * @throws MvsError NO_INPUT if it cannot be read, and later SOURCE_CHANGED: the parts that were read before and after do not belong together.
 */
export async function watchForChange(
  { input, path }: LocalFile,
  renameHint: string,
): Promise<() => Promise<void>> {
  const state = async (): Promise<string> => {
    const { ino, size, mtimeMs } = await stat(path);
    return [ino, size, mtimeMs].join(' ');
  };
  const before = await state().catch((error: unknown) => {
    throw fileProblem(input, error);
  });
  return async () => {
    if ((await state().catch(() => 'gone')) === before) return;
    throw new MvsError(
      'SOURCE_CHANGED',
      `${quoted(input)} changed while it was read: only part of it was published`,
      { hint: `Wait until it is complete, and produce it under another name. ${renameHint}` },
    );
  };
}

/** The error for a file that cannot be opened or inspected; an MvsError stays as it is. */
export function fileProblem(file: string, error: unknown): MvsError {
  if (error instanceof MvsError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return noSuchFile(file, error);
  if (code === 'EACCES' || code === 'EPERM') {
    return new MvsError('NO_INPUT', `${quoted(file)} cannot be read: permission denied`, {
      hint: 'Give your user permission to read it, and to enter the folders above it.',
      cause: error,
    });
  }
  return new MvsError('NO_INPUT', `${quoted(file)} cannot be read: ${messageOf(error)}`, { cause: error });
}

export const notUtf8Hint =
  'Rename it, for example with convmv, or pipe it: mvs produce - --name NAME < FILE.';

function noSuchFile(file: string, cause: unknown): MvsError {
  // `concat:a|b`, `file:x.mp4`: addresses of ffmpeg, which never reach it. A single letter is a drive.
  if (file.includes('\ufffd')) {
    // Node reads arguments as UTF-8, with this character for what is not.
    return new MvsError('NO_INPUT', `${quoted(file)} cannot be opened: its name is not valid UTF-8`, {
      hint: notUtf8Hint,
      cause,
    });
  }
  const scheme = /^[a-z][a-z\d+.-]+:/i.exec(file)?.[0];
  const hint =
    scheme === undefined
      ? 'Check the name and the current folder.'
      : `mvs does not read ${scheme} addresses. ${readableHint}`;
  return new MvsError('NO_INPUT', `${quoted(file)} does not exist`, { hint, cause });
}
