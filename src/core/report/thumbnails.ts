import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import pMap from 'p-map';
import { fingerprint } from '../extract/fingerprint.js';
import { inputArguments } from '../extract/input.js';
import { ToolProcess } from '../extract/tool-process.js';
import type { LocalFile } from '../base/temporary-file.js';
import type { VideoInfo } from '../store/port.js';

/** Width in pixels. */
const width = 240;
const concurrency = 2;
const patienceMs = 20_000;

/**
 * The source file of a video, if it still exists with the same content. An unreadable file counts as missing.
 * @throws the signal's reason when it is aborted
 */
export async function sourceOf(
  { fingerprint: wanted, samplings }: VideoInfo,
  signal: AbortSignal,
): Promise<LocalFile | undefined> {
  for (const source of new Set(samplings.flatMap(({ end }) => (end ? [end.source] : [])))) {
    const file = { input: source, path: source };
    const found = await stat(source).catch(() => undefined);
    const content = found?.isFile() ? await fingerprint(file, signal).catch(() => undefined) : undefined;
    signal.throwIfAborted();
    if (content === wanted) return file;
  }
  return undefined;
}

/**
 * A small JPEG for each time in seconds; undefined if ffmpeg cannot produce it.
 * @throws the signal's reason when it is aborted
 */
export async function thumbnailsAt(
  file: LocalFile,
  times: readonly number[],
  signal: AbortSignal,
): Promise<(Uint8Array | undefined)[]> {
  return pMap(
    times,
    async (time) => {
      const picture = await thumbnail(file, time, signal).catch(() => undefined);
      signal.throwIfAborted();
      return picture;
    },
    { concurrency },
  );
}

async function thumbnail(
  file: LocalFile,
  time: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const from = ['-hide_banner', '-nostdin', '-loglevel', 'level+error', '-ss', time.toFixed(3)];
  const scaled = ['-map', '0:V:0', '-frames:v', '1', '-vf', `scale=${width}:-2`, '-q:v', '5'];
  const args = [...from, ...inputArguments(file), ...scaled, '-f', 'mjpeg', 'pipe:1'];
  const ffmpeg = await ToolProcess.start('ffmpeg', file, () => args, {
    stallMs: patienceMs,
    // Seeking may take long in a file without an index.
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
  });
  try {
    const picture = await buffer(ffmpeg.output());
    return picture.length > 0 && !(await ffmpeg.failure()) ? picture : undefined;
  } finally {
    await ffmpeg.stop();
  }
}
