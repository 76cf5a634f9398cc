import * as v from 'valibot';
import { findBinary } from './binaries.js';
import { ffprobe } from './ffprobe.js';
import { isLive, type ExtractInput } from './input.js';
import type { VideoProbe } from './probe-answer.js';
import type { ToolOptions } from './tool-process.js';

/** ffmpeg's names of containers that are nothing but a stream, without times, whose headers say how long a picture lasts. */
const raw = new Set(['h264', 'mpegvideo']);

const answer = v.object({
  packets: v.tuple([v.object({ duration: v.pipe(v.number(), v.minValue(1)) })]),
  streams: v.tuple([v.object({ time_base: v.pipe(v.string(), v.regex(/^\d+\/\d+$/)) })]),
});

/**
 * The frame rate of a stream without times, as a fraction; undefined if the ffmpeg in use needs no help. Versions before 5 see the rate
 * only after the first frames, and give these and all others wrong times.
 */
export async function rawRateOf(
  file: ExtractInput,
  container: string | undefined,
  options: ToolOptions,
): Promise<string | undefined> {
  if (isLive(file) || container === undefined || !raw.has(container)) return undefined;
  if ((await findBinary('ffmpeg')).fpsMode !== 'vsync') return undefined;
  const first = ['-select_streams', 'V:0', '-read_intervals', '%+#1'];
  const entries = 'packet=duration:stream=time_base';
  const { json } = await ffprobe(file, [...first, '-show_entries', entries], options);
  const found = v.safeParse(answer, json);
  if (!found.success) return undefined;
  const [{ duration }] = found.output.packets;
  const [num = 1, den = 1] = found.output.streams[0].time_base.split('/').map(Number);
  return `${den}/${num * duration}`;
}

/** The option of the input that numbers its frames instead. */
export function rateArguments({ rawRate }: Pick<VideoProbe, 'rawRate'>): string[] {
  return rawRate === undefined ? [] : ['-r', rawRate];
}
