import { probeVideo } from '../extract/probe.js';
import type { VideoFile } from '../extract/source-file.js';
import { picturesAt } from './frames-at.js';

/**
 * A small JPEG for each time in seconds; undefined if ffmpeg cannot produce it.
 * @throws the signal's reason when it is aborted
 */
export async function thumbnailsAt(
  file: VideoFile,
  times: readonly number[],
  { width, signal }: { readonly width: number; readonly signal: AbortSignal },
): Promise<(Uint8Array | undefined)[]> {
  const { streamIndex } = file;
  const probe = await probeVideo(file, { signal, streamIndex }).catch(() => undefined);
  signal.throwIfAborted();
  if (probe === undefined) return times.map(() => undefined);
  return picturesAt({ file, probe, width, signal }, times);
}
