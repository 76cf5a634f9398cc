import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { quoted } from '../base/text.js';
import { MvsError, messageOf } from '../base/errors.js';
import { readableHint } from '../base/web-address.js';
import type { LocalFile } from '../base/temporary-file.js';

/** The extensions of videos in a folder; a file that is named explicitly may have any extension. */
const videoExtensions = new Set(
  '3g2 3gp asf avi divx flv h264 hevc ivf m2ts m2v m4v mjpeg mjpg mkv mov mp4 mpeg mpg mts mxf nut ogm ogv ts vob webm wmv y4m'
    .split(' ')
    .map((extension) => `.${extension}`),
);

/**
 * Paths of the video files in a folder, sorted; without hidden files and folders (`._clip.mp4` of macOS, `.Trash`).
 *
 * @param recursive includes the folders below; links to folders are not followed, as they may form cycles
 * @throws MvsError NO_INPUT if there is none, or a folder cannot be read.
 */
export async function videosInFolder(folder: string, recursive = false): Promise<string[]> {
  const files = await videosBelow(folder, recursive);
  if (files.length > 0) return files.sort();
  const below = recursive ? ', nor have the folders below it' : '';
  const search = recursive ? 'Name' : 'Search the folders below it too with --recursive; name';
  throw new MvsError('NO_INPUT', `The folder ${quoted(folder)} has no video files${below}`, {
    hint: `${search} files with unusual extensions one by one.`,
  });
}

/** The same, unsorted; may be empty. @throws MvsError NO_INPUT if a folder cannot be read. */
export async function videosBelow(folder: string, recursive: boolean): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw fileProblem(folder, error);
  });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const found = path.join(folder, entry.name);
    if (recursive && entry.isDirectory()) files.push(...(await videosBelow(found, true)));
    // A link counts as its target; a dangling one is not a video.
    else if (videoExtensions.has(path.extname(found).toLowerCase()) && (await isFile(found)))
      files.push(found);
  }
  return files;
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() ?? false;
}

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
 * @throws MvsError SOURCE_CHANGED: the parts that were read before and after do not belong together.
 */
export async function watchForChange(
  { input, path }: LocalFile,
  renameHint: string,
): Promise<() => Promise<void>> {
  const state = async (): Promise<string> => {
    const { ino, size, mtimeMs } = await stat(path);
    return [ino, size, mtimeMs].join(' ');
  };
  const before = await state();
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

function noSuchFile(file: string, cause: unknown): MvsError {
  // `concat:a|b`, `file:x.mp4`: addresses of ffmpeg, which never reach it. A single letter is a drive.
  const scheme = /^[a-z][a-z\d+.-]+:/i.exec(file)?.[0];
  const hint =
    scheme === undefined
      ? 'Check the name and the current folder.'
      : `mvs does not read ${scheme} addresses. ${readableHint}`;
  return new MvsError('NO_INPUT', `${quoted(file)} does not exist`, { hint, cause });
}
