import type { SamplingMethod } from '../../frames/sampling.js';
import type { VideoProbe } from '../probe-answer.js';
import type { FrameIndex } from './frame-index.js';
import type { Plan, Wanted } from './plan.js';

/** Seconds of CPU time to decode one pixel: docs/decisions/0041-sparse-decoding.md has the figures. */
const perPixel = 3e-9;
/** Seconds of CPU time of the two more processes. */
const perVideo = 0.06;
/** Seconds of CPU time to copy a byte from one ffmpeg to the other. */
const perByte = 3e-9;
/** An index takes 30 ms: no more than two per cent of a video that takes so many seconds. */
const worthALook = 1.5;
/** The estimates are rough: less than this part of the packets must be decoded. */
const maxPart = 0.85;
/** Key frames alone are nearly always a small part. */
const worthALookForKeys = 0.3;
/** Groups of pictures are rarely shorter: then samplings with shorter gaps need nearly all frames. */
const minGap = 8;
/** With frames to which no other one refers, it is enough that every second frame is left out. */
const minGapOfReordered = 2;
/** The part of those frames among the dispensable ones, and the part of the time of other frames that they take to decode. */
const savedOfDispensable = 0.6 * 0.6;

type Pictures = Pick<VideoProbe, 'width' | 'height' | 'fps' | 'estimatedFrames' | 'codec' | 'isReordered'>;

/** Whether an index may save more than it costs, by what is known before there is one. */
export function mayPay(probe: Pictures, { samplingMethod, only }: Wanted): boolean {
  const { fps, estimatedFrames: frames = 0 } = probe;
  const seconds = frames * secondsPerFrame(probe);
  if ('keyframes' in samplingMethod) return seconds >= worthALookForKeys;
  const gap = only === undefined ? gapOf(samplingMethod, fps) : frames / Math.max(1, only.length);
  return seconds >= worthALook && gap >= (saysReferences(probe) ? minGapOfReordered : minGap);
}

function gapOf(samplingMethod: SamplingMethod, fps: number): number {
  if ('every' in samplingMethod) return samplingMethod.every;
  return 'fps' in samplingMethod ? fps / samplingMethod.fps : 0;
}

/** Whether a plan saves more than it costs. */
export function pays(probe: Pictures, index: FrameIndex, plan: Plan): boolean {
  if (!promises(index, plan)) return false;
  const { sizes } = index;
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return (sizes.length - timesOf(plan)) * secondsPerFrame(probe) > perVideo + bytes * perByte;
}

/** Whether the beginning of an index promises that. */
export function promises(beginning: FrameIndex, plan: Plan): boolean {
  return timesOf(plan) <= beginning.sizes.length * maxPart;
}

/** The time that a plan takes, as a number of usual frames. */
function timesOf({ decoded, dispensable }: Plan): number {
  return decoded - dispensable * savedOfDispensable;
}

/** Whether packets are likely to have frames to which no other one refers, and to say so. */
function saysReferences({ codec, isReordered }: Pictures): boolean {
  return isReordered && (codec === 'h264' || codec === 'hevc');
}

function secondsPerFrame({ width, height }: Pictures): number {
  return width * height * perPixel;
}
