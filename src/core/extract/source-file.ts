import { stat } from 'node:fs/promises';
import type { LocalFile } from '../base/temporary-file.js';
import { fingerprint, ofStream } from './fingerprint.js';

/** A file has few video streams. */
const maxStreams = 32;

/** The source of a video: a file, and the index of its stream, if it is not the usual one. */
export interface VideoFile extends LocalFile {
  readonly streamIndex?: number | undefined;
}

/**
 * The file of these that has the content of a video. An unreadable file counts as missing.
 *
 * @param wanted the fingerprint of the video
 * @throws the signal's reason when it is aborted
 */
export async function findSourceFile(
  wanted: string,
  paths: Iterable<string>,
  signal: AbortSignal,
): Promise<VideoFile | undefined> {
  for (const source of new Set(paths)) {
    const file = { input: source, path: source };
    const found = await stat(source).catch(() => undefined);
    const content = found?.isFile() ? await fingerprint(file, signal).catch(() => undefined) : undefined;
    signal.throwIfAborted();
    if (content === wanted) return file;
    const streamIndex = content === undefined ? undefined : streamOf(content, wanted);
    if (streamIndex !== undefined) return { ...file, streamIndex };
  }
  return undefined;
}

function streamOf(content: string, wanted: string): number | undefined {
  return Array.from({ length: maxStreams }, (_, index) => index).find(
    (index) => ofStream(content, index) === wanted,
  );
}
