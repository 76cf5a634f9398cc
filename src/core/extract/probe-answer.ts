import * as v from 'valibot';
import type { Diagnostics } from './diagnostics.js';
import { orientationOf, type Orientation } from './orientation.js';

export interface VideoProbe {
  /** Pixels as shown, after rotation. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** The place of the stream in its file, from 0. */
  readonly index: number;
  /** The place of the stream among the video streams of its file, from 0. */
  readonly position: number;
  /** The index of the stream, if another one than the usual one was asked for. */
  readonly unusualStream: number | undefined;
  /** The video streams of the file, for the user to choose from, if there are several and none was named. */
  readonly choice: string | undefined;
  /** Nominal frames per second; 0 if the container does not say. */
  readonly fps: number;
  /** Seconds, if the container says. */
  readonly duration: number | undefined;
  /** ffmpeg's name: `h264`, `vp8`, … */
  readonly codec: string;
  /** ffmpeg's name: `yuv420p`, … */
  readonly pixelFormat: string;
  /** Frames are coded in another order than they are shown. */
  readonly isReordered: boolean;
  /** `tv` (black is 16), `pc` (black is 0), or `unknown`, which is treated as `tv`. */
  readonly range: string;
  /** For progress bars only: containers are often wrong. */
  readonly estimatedFrames: number | undefined;
  /** The number of frames that the container announces for the stream. */
  readonly announcedFrames: number | undefined;
  /** `30000/1001`: frames per second of a stream without times, where ffmpeg does not know them in time. */
  readonly rawRate?: string | undefined;
  /** What ffprobe reported when it read the file to its end, if it did. */
  readonly container: ContainerLog | undefined;
}

export interface ContainerLog {
  /** ffmpeg's name of the container; undefined if it could not be opened. */
  readonly format: string | undefined;
  readonly log: Diagnostics;
}

/** ffprobe's additional data of packets and streams. */
const sideData = v.optional(
  v.array(v.partial(v.object({ side_data_type: v.string(), displaymatrix: v.string() }))),
  [],
);

/** A stream in ffprobe's JSON: most numbers are text, and any field may be missing. */
export const stream = v.object({
  index: v.optional(v.number(), 0),
  codec_type: v.optional(v.string(), ''),
  codec_name: v.optional(v.string(), 'unknown'),
  codec_tag_string: v.optional(v.string(), ''),
  width: v.optional(v.number(), 0),
  height: v.optional(v.number(), 0),
  pix_fmt: v.optional(v.string(), 'unknown'),
  has_b_frames: v.optional(v.number(), 0),
  color_range: v.optional(v.string(), 'unknown'),
  avg_frame_rate: v.optional(v.string(), '0/0'),
  r_frame_rate: v.optional(v.string(), '0/0'),
  duration: v.optional(v.string()),
  nb_frames: v.optional(v.string()),
  nb_read_packets: v.optional(v.string(), '0'),
  disposition: v.optional(v.object({ attached_pic: v.optional(v.number(), 0) }), {}),
  tags: v.optional(v.record(v.string(), v.string()), {}),
  side_data_list: sideData,
});

export type StreamAnswer = v.InferOutput<typeof stream>;

export const answer = v.object({
  packets: v.optional(
    v.array(v.object({ stream_index: v.optional(v.number(), 0), side_data_list: sideData })),
    [],
  ),
  streams: v.optional(v.array(stream), []),
  format: v.optional(
    v.object({
      duration: v.optional(v.string()),
      nb_streams: v.optional(v.number(), 0),
      format_name: v.optional(v.string()),
    }),
  ),
});

export type Answer = v.InferOutput<typeof answer>;

/** What a container calls codecs that this ffprobe does not know. */
const codecOfTag: Readonly<Record<string, string>> = { vvc1: 'vvc', vvi1: 'vvc', evc1: 'evc', apv1: 'apv' };

/** ffmpeg's name of the codec, else the container's. */
export function codecOf({ codec_name: name, codec_tag_string: tag }: StreamAnswer): string {
  const printable = /^\w{4}$/.test(tag) ? tag : 'unknown';
  return name === 'unknown' ? (codecOfTag[tag] ?? printable) : name;
}

/** Describes a stream in the terms of mvs. */
export function describe(
  first: StreamAnswer,
  formatDuration: string | undefined,
): Omit<VideoProbe, 'position' | 'unusualStream' | 'choice' | 'rawRate' | 'container'> {
  const orientation = orientationOf(first.side_data_list.find((data) => data.displaymatrix)?.displaymatrix);
  const { width, height } = first;
  const fps = rate(first.avg_frame_rate) || rate(first.r_frame_rate);
  const own = positive(first.duration) ?? clock(first.tags.DURATION);
  const duration = own ?? positive(formatDuration);
  const counted = positive(first.nb_frames) ?? positive(first.tags.NUMBER_OF_FRAMES);
  const isConstant = first.avg_frame_rate === first.r_frame_rate && fps > 0;
  const estimated = duration === undefined || fps === 0 ? undefined : Math.round(duration * fps);
  return {
    ...(orientation.sideways ? { width: height, height: width } : { width, height }),
    orientation,
    index: first.index,
    fps,
    duration,
    codec: codecOf(first),
    pixelFormat: first.pix_fmt,
    isReordered: first.has_b_frames > 0,
    range: first.color_range,
    estimatedFrames: counted ?? estimated,
    announcedFrames: counted ?? (own !== undefined && isConstant ? Math.round(own * fps) : undefined),
  };
}

/** `30000/1001` → 29.97; `0/0` → 0. */
function rate(fraction: string): number {
  const [numerator = 0, denominator = 1] = fraction.split('/').map(Number);
  const value = numerator / denominator;
  return Number.isFinite(value) ? value : 0;
}

/** `00:00:05.005000000` → 5.005: the duration of a stream in Matroska. */
function clock(time: string | undefined): number | undefined {
  return positive(time?.split(':').reduce((seconds, part) => `${Number(seconds) * 60 + Number(part)}`, '0'));
}

function positive(value: string | undefined): number | undefined {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? number : undefined;
}
