import * as v from 'valibot';

export interface VideoProbe {
  /** Pixels as shown, after rotation. */
  readonly width: number;
  readonly height: number;
  /** Nominal frames per second; 0 if the container does not say. */
  readonly fps: number;
  /** Seconds, if the container says. */
  readonly duration: number | undefined;
  /** ffmpeg's name: `h264`, `vp8`, … */
  readonly codec: string;
  /** ffmpeg's name: `yuv420p`, … */
  readonly pixelFormat: string;
  /** `tv` (black is 16), `pc` (black is 0), or `unknown`, which is treated as `tv`. */
  readonly range: string;
  /** For progress bars only: containers are often wrong. */
  readonly estimatedFrames: number | undefined;
}

/** ffprobe's additional data of packets and streams. */
export const sideData = v.optional(
  v.array(v.partial(v.object({ side_data_type: v.string(), rotation: v.number() }))),
  [],
);

/** A stream in ffprobe's JSON: most numbers are text, and any field may be missing. */
export const stream = v.object({
  codec_name: v.optional(v.string(), 'unknown'),
  width: v.optional(v.number(), 0),
  height: v.optional(v.number(), 0),
  pix_fmt: v.optional(v.string(), 'unknown'),
  color_range: v.optional(v.string(), 'unknown'),
  avg_frame_rate: v.optional(v.string(), '0/0'),
  r_frame_rate: v.optional(v.string(), '0/0'),
  duration: v.optional(v.string()),
  nb_frames: v.optional(v.string()),
  tags: v.optional(v.record(v.string(), v.string()), {}),
  side_data_list: sideData,
});

/** Describes a stream in the terms of mvs. */
export function describe(
  first: v.InferOutput<typeof stream>,
  formatDuration: string | undefined,
): VideoProbe {
  const rotation = first.side_data_list.find((data) => data.rotation !== undefined)?.rotation;
  const degrees = Math.abs(rotation ?? Number(first.tags.rotate ?? 0));
  const { width, height } = first;
  const sideways = Math.abs((degrees % 180) - 90) < 1;
  const fps = rate(first.avg_frame_rate) || rate(first.r_frame_rate);
  const duration = positive(first.duration) ?? clock(first.tags.DURATION) ?? positive(formatDuration);
  const counted = positive(first.nb_frames);
  const estimated = duration === undefined || fps === 0 ? undefined : Math.round(duration * fps);
  return {
    ...(sideways ? { width: height, height: width } : { width, height }),
    fps,
    duration,
    codec: first.codec_name,
    pixelFormat: first.pix_fmt,
    range: first.color_range,
    estimatedFrames: counted ?? estimated,
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
