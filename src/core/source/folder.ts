import { availableParallelism } from 'node:os';
import path from 'node:path';
import { quoted } from '../base/text.js';
import { isInterruption, MvsError } from '../base/errors.js';
import { isUsualVideo, mayBeVideo } from './extensions.js';
import { listFolder } from './listing.js';
import type { SourceProblem } from './source.js';

/** Whether the content of a file is a video. @throws MvsError if that cannot be found out */
export type IsVideo = (file: string) => Promise<boolean>;

interface FolderVideos {
  readonly files: string[];
  readonly problems: SourceProblem[];
  /** Files that do not look like videos, and links to folders. */
  readonly notTaken: string[];
}

/**
 * The videos in a folder, by name: files with the extension of a video, and others whose content is one. Cameras write small copies
 * beside their videos (`GX01.LRV`), and programs raw streams: a file with an unusual extension gives way to a usual one of its name.
 *
 * @throws MvsError NO_INPUT if there is nothing to read, or the folder cannot be read.
 */
export async function videosInFolder(
  folder: string,
  recursive: boolean,
  isVideo: IsVideo,
): Promise<FolderVideos> {
  const { videos, others, ignored, problems } = await listFolder(folder, recursive);
  const usual = new Set(videos.filter(isUsualVideo).map(stemOf));
  const isFree = (file: string): boolean => isUsualVideo(file) || !usual.has(stemOf(file));
  const unclear = others.filter((file) => isFree(file) && mayBeVideo(file));
  const recognised = await those(unclear, isVideo);
  const files = [...videos.filter(isFree), ...recognised.files].sort();
  problems.push(...recognised.problems);
  if (files.length === 0 && problems.length === 0) throw noVideos(folder, recursive);
  const taken = new Set([...files, ...recognised.problems.map(({ input }) => input)]);
  const notTaken = [...videos, ...others, ...ignored].filter((file) => !taken.has(file));
  return { files, problems, notTaken: notTaken.sort() };
}

/** `a/clip.mp4` → `a/clip` */
export function stemOf(file: string): string {
  return path.join(path.dirname(file), path.parse(file).name);
}

async function those(
  unclear: readonly string[],
  isVideo: IsVideo,
): Promise<Pick<FolderVideos, 'files' | 'problems'>> {
  const left = unclear.values();
  const [files, problems]: [string[], SourceProblem[]] = [[], []];
  const work = async (): Promise<void> => {
    // All workers take from the same iterator.
    for (const file of left) {
      try {
        if (await isVideo(file)) files.push(file);
      } catch (error) {
        if (!(error instanceof MvsError) || isInterruption(error)) throw error;
        problems.push({ input: file, error });
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return { files, problems };
}

function noVideos(folder: string, recursive: boolean): MvsError {
  const below = recursive ? ', nor have the folders below it' : '';
  const search = recursive ? 'Name' : 'Search the folders below it too with --recursive; name';
  return new MvsError('NO_INPUT', `The folder ${quoted(folder)} has no video files${below}`, {
    hint: `${search} files with unusual extensions one by one.`,
  });
}
