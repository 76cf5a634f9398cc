import { stat } from 'node:fs/promises';
import { fingerprint, ofStream } from '../extract/fingerprint.js';
import { probeVideo } from '../extract/probe.js';
import type { LocalFile } from '../base/temporary-file.js';
import type { VideoInfo } from '../store/port.js';
import { picturesAt } from './pictures.js';

/** A file has few video streams. */
const maxStreams = 32;

/** The source of a video: a file, and the index of its stream, if it is not the usual one. */
interface VideoFile extends LocalFile {
  readonly streamIndex?: number | undefined;
}

/**
 * The source file of a video, if it still exists with the same content. An unreadable file counts as missing.
 * @throws the signal's reason when it is aborted
 */
export async function sourceOf(
  { fingerprint: wanted, samplings }: VideoInfo,
  signal: AbortSignal,
): Promise<VideoFile | undefined> {
  for (const source of new Set(samplings.flatMap(({ end }) => (end ? [end.source] : [])))) {
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

/**
 * A small JPEG for each time in seconds; undefined if ffmpeg cannot produce it.
 * @throws the signal's reason when it is aborted
 */
export async function thumbnailsAt(
  file: VideoFile,
  times: readonly number[],
  signal: AbortSignal,
): Promise<(Uint8Array | undefined)[]> {
  const { streamIndex } = file;
  const probe = await probeVideo(file, { signal, streamIndex }).catch(() => undefined);
  signal.throwIfAborted();
  if (probe === undefined) return times.map(() => undefined);
  return picturesAt({ file, probe, signal }, times);
}
