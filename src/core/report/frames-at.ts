import { buffer } from 'node:stream/consumers';
import pMap from 'p-map';
import { findBinary } from '../extract/binaries.js';
import { inputArguments } from '../extract/input.js';
import type { VideoProbe } from '../extract/probe-answer.js';
import { rateArguments } from '../extract/raw-rate.js';
import { readSmjpeg } from '../extract/smjpeg.js';
import { isShort, pixelsOf } from '../extract/short.js';
import { ToolProcess } from '../extract/tool-process.js';
import type { LocalFile } from '../base/temporary-file.js';

const concurrency = 2;
const patienceMs = 20_000;
/** A picture is far below this. */
const maxBytes = 1 << 20;
/** Decoding so many pixels takes as long as starting an ffmpeg and seeking. */
const pixelsOfASeek = 5e6;

type Picture = Uint8Array | undefined;

interface Video {
  readonly file: LocalFile;
  readonly probe: VideoProbe;
  /** Of the pictures, in pixels. */
  readonly width: number;
  readonly signal: AbortSignal;
}

/**
 * A small JPEG for each time in seconds; undefined if ffmpeg cannot produce it. A short video is read once for all of them, and what is
 * missing then, as in any other video, is looked for one by one.
 * @throws the signal's reason when it is aborted
 */
export async function picturesAt(video: Video, times: readonly number[]): Promise<Picture[]> {
  const { probe, signal } = video;
  const inOne = times.length > 1 && pixelsOf(probe) <= pixelsOfASeek * times.length;
  const found = inOne ? await allAt(video, times).catch(() => []) : [];
  signal.throwIfAborted();
  return pMap(
    times,
    async (time, index) => {
      const picture = found[index] ?? (await oneAt(video, time).catch(() => undefined));
      signal.throwIfAborted();
      return picture;
    },
    { concurrency },
  );
}

/** Reads a video from its beginning, and keeps the first frame at or after each time. */
async function allAt(video: Video, times: readonly number[]): Promise<Picture[]> {
  const { fpsMode } = await findBinary('ffmpeg');
  const isFirst = times.map(
    (time) => String.raw`gte(t\,${time.toFixed(3)})*not(gte(prev_t\,${time.toFixed(3)}))`,
  );
  const filters = [`select=${isFirst.join('+')}`, 'settb=1/1000'];
  const asTheyCome = fpsMode === 'vsync' ? ['-vsync', '0'] : ['-fps_mode', 'passthrough'];
  const args = [...asTheyCome, '-enc_time_base', '1/1000', '-frames:v', String(times.length), '-f', 'smjpeg'];
  await using ffmpeg = await start(video, [], filters, args);
  const frames: { readonly time: number; readonly jpeg: Uint8Array }[] = [];
  for await (const { milliseconds, jpeg } of readSmjpeg(ffmpeg.output(), maxBytes))
    frames.push({ time: milliseconds / 1000, jpeg: Buffer.from(jpeg) });
  if (await ffmpeg.failure()) return [];
  // Times are rounded to milliseconds, by ffmpeg as in the filter.
  return times.map((at) => frames.find(({ time }) => time > at - 0.001)?.jpeg);
}

async function oneAt(video: Video, time: number): Promise<Picture> {
  await using ffmpeg = await start(video, ['-ss', time.toFixed(3)], [], ['-frames:v', '1', '-f', 'mjpeg']);
  const picture = await buffer(ffmpeg.output());
  return picture.length > 0 && !(await ffmpeg.failure()) ? picture : undefined;
}

/** @param first what selects frames, before they are scaled and turned */
async function start(
  { file, probe, width, signal }: Video,
  from: readonly string[],
  first: readonly string[],
  output: readonly string[],
): Promise<AsyncDisposable & Pick<ToolProcess, 'output' | 'failure'>> {
  const { position, orientation } = probe;
  const oneThread = isShort(probe) ? ['-threads', '1'] : [];
  const scale = orientation.sideways ? `scale=-2:${width}` : `scale=${width}:-2`;
  const filters = [...first, scale, ...orientation.filters].join(',');
  const args = (): string[] => [
    ...['-hide_banner', '-nostdin', '-loglevel', 'level+error', '-filter_threads', '1'],
    ...[...oneThread, ...from, '-noautorotate'],
    ...rateArguments(probe),
    ...inputArguments(file),
    ...['-map', `0:V:${position}`, '-vf', filters, '-q:v', '5', ...oneThread, ...output, 'pipe:1'],
  ];
  const ffmpeg = await ToolProcess.start('ffmpeg', file, args, {
    stallMs: patienceMs,
    // Seeking may take long in a file without an index.
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
  });
  return {
    output: () => ffmpeg.output(),
    failure: () => ffmpeg.failure(),
    [Symbol.asyncDispose]: () => ffmpeg.stop(),
  };
}
