import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { MvsError } from '../base/errors.js';
import { openOutput, unwritable, type Output } from '../base/output-file.js';
import { quoted } from '../base/text.js';
import { shownVersion } from '../answers/videos.js';
import { isOfVideo } from '../extract/of-video.js';
import { findSourceFile, type VideoFile } from '../extract/source-file.js';
import type { FrameFilter, RecordStore, VideoInfo } from '../store/port.js';
import { sourceGone, sourcePathsOf } from '../store/source-paths.js';
import { exportClips } from './clips.js';
import { FolderNames } from './folder-names.js';
import type { Destination, Entry } from './destination.js';
import { exportPictures } from './pictures.js';

export interface ExportOptions {
  readonly filter: FrameFilter;
  /** A new or empty folder. */
  readonly out: string;
  /** Clips with so many seconds before and after the matching frames; pictures if undefined. */
  readonly pad: number | undefined;
  /** Whether the objects that fit are drawn on pictures. */
  readonly boxes: boolean;
  readonly signal: AbortSignal;
  readonly onFile?: (entry: Entry) => void;
}

interface Context extends ExportOptions {
  readonly manifest: Output;
  readonly folders: FolderNames;
}

/** What was exported of one video. */
export interface ExportedVideo {
  readonly video: string;
  /** Null if it is unavailable. */
  readonly source: string | null;
  readonly matching: number;
  /** Matching frames that are in the files. */
  readonly exported: number;
  readonly files: number;
  /** Why frames were not exported; null if all were. */
  readonly unavailable: string | null;
}

/**
 * Writes pictures or clips of the matching frames of these videos, from their source files, and `manifest.ndjson` with one line for each
 * file. The manifest appears at the end: a folder without it is not complete. A video that cannot be read does not hold back the others.
 * Videos without matching frames are left out of the answer.
 * @throws MvsError USAGE if the folder is not empty, DISK_FULL, CONFIG; the signal's reason when it is aborted
 */
export async function exportHits(
  store: RecordStore,
  videos: readonly VideoInfo[],
  options: ExportOptions,
): Promise<ExportedVideo[]> {
  await mustBeEmpty(options.out);
  await using manifest = await openOutput(path.join(options.out, 'manifest.ndjson'));
  const folders = new FolderNames();
  const exported: ExportedVideo[] = [];
  for (const info of videos) {
    options.signal.throwIfAborted();
    const matching = await countMatching(store, info.video, options.filter);
    if (matching > 0)
      exported.push(await exportVideo(store, info, matching, { ...options, manifest, folders }));
  }
  // Without any, the folder stays empty, and can be used again.
  if (exported.length > 0) await manifest.finish();
  return exported;
}

async function exportVideo(
  store: RecordStore,
  info: VideoInfo,
  matching: number,
  options: Context,
): Promise<ExportedVideo> {
  const { video, fingerprint } = info;
  const paths = sourcePathsOf(info);
  const source = await findSourceFile(fingerprint, paths, options.signal);
  let [exported, files] = [0, 0];
  const add = async (file: string, entry: Entry): Promise<void> => {
    const place = { file: path.relative(options.out, file), source: source?.path };
    await options.manifest.write(
      `${JSON.stringify({ ...place, ...entry, modelVersion: shownVersion(store) })}\n`,
    );
    files += 1;
    exported += entry.kind === 'clip' ? entry.frames : 1;
    options.onFile?.(entry);
  };
  const unavailable = source
    ? await failureOf(store, info, source, { ...options, add })
    : `the source file ${sourceGone(paths)}`;
  const lacking =
    unavailable ?? (exported < matching ? 'the source file does not have all of these frames' : null);
  return { video, source: source?.path ?? null, matching, exported, files, unavailable: lacking };
}

/** @returns why the video cannot be read; null if it can */
async function failureOf(
  store: RecordStore,
  info: VideoInfo,
  source: VideoFile,
  { filter, out, pad, boxes, signal, folders, add }: Context & Pick<Destination, 'add'>,
): Promise<string | null> {
  const folder = path.join(out, folders.of(info.video));
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw unwritable(folder, error);
  });
  const destination = { folder, add };
  try {
    if (pad === undefined) await exportPictures(info, source, store, { filter, boxes, destination }, signal);
    else await exportClips(info.video, source, store, { filter, pad, destination }, signal);
    return null;
  } catch (error) {
    if (signal.aborted || !isOfVideo(error)) throw error;
    return error.message;
  }
}

async function countMatching(store: RecordStore, video: string, filter: FrameFilter): Promise<number> {
  let count = 0;
  for await (const _ of store.frames(video, filter)) count += 1;
  return count;
}

async function mustBeEmpty(folder: string): Promise<void> {
  const there = await mkdir(folder, { recursive: true })
    .then(() => readdir(folder))
    .catch((error: unknown) => {
      throw unwritable(folder, error);
    });
  if (there.length === 0) return;
  throw new MvsError('USAGE', `the folder ${quoted(folder)} is not empty`, {
    hint: 'Give a new or empty folder to --out.',
  });
}
