import { buffer } from 'node:stream/consumers';
import pMap from 'p-map';
import { inputArguments } from '../extract/input.js';
import { probeVideo } from '../extract/probe.js';
import type { VideoProbe } from '../extract/probe-answer.js';
import type { VideoFile } from '../extract/source-file.js';
import { ToolProcess } from '../extract/tool-process.js';
import type { LocalFile } from '../base/temporary-file.js';

/** Width in pixels. */
const width = 240;
const concurrency = 2;
const patienceMs = 20_000;

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
  return pMap(
    times,
    async (time) => {
      const picture = await thumbnail(file, probe, time, signal).catch(() => undefined);
      signal.throwIfAborted();
      return picture;
    },
    { concurrency },
  );
}

async function thumbnail(
  file: LocalFile,
  { position, orientation }: VideoProbe,
  time: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const from = ['-hide_banner', '-nostdin', '-loglevel', 'level+error', '-ss', time.toFixed(3)];
  const scale = orientation.sideways ? `scale=-2:${width}` : `scale=${width}:-2`;
  const filters = [scale, ...orientation.filters].join(',');
  const picture = ['-map', `0:V:${position}`, '-frames:v', '1', '-vf', filters, '-q:v', '5', '-f', 'mjpeg'];
  const args = (): string[] => [...from, '-noautorotate', ...inputArguments(file), ...picture, 'pipe:1'];
  const ffmpeg = await ToolProcess.start('ffmpeg', file, args, {
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
