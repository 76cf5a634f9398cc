import type { SamplingMethod } from '../../frames/sampling.js';
import { orderOf, type FrameIndex, type Order } from './frame-index.js';

/** Packets that are decoded: a key packet, and those behind it up to the last one that is needed. */
export interface Group {
  readonly first: number;
  readonly last: number;
}

export interface Plan {
  /** Ascending; each begins with a key packet. */
  readonly groups: readonly Group[];
  readonly order: Order;
  /** The number of each frame to extract, and its time in milliseconds. Ascending. */
  readonly kept: ReadonlyMap<number, number>;
  /** How many packets are decoded at most. */
  readonly decoded: number;
  /** How many of these probably need not be: they are not extracted, and shown before a frame that precedes them in the file. */
  readonly dispensable: number;
}

/** What to decode: some packets, or all of the video, for a reason. */
export type Decision = Plan | { readonly all: string };

export interface Wanted {
  readonly samplingMethod: SamplingMethod;
  /** Of the frames of the sampling, those that are needed; without it, all. Ascending. */
  readonly only?: readonly number[] | undefined;
}

/**
 * Decides which packets of a video are decoded so that the frames of a sampling come out as if all were: for each of these frames, its
 * own packet and those before it, from the key packet on. The first packet is always decoded, because the filters are set up for its
 * picture.
 */
export function planOf(index: FrameIndex, { samplingMethod, only }: Wanted): Decision {
  if ('scene' in samplingMethod) return { all: 'scenes are found by comparing all frames' };
  const order = orderOf(index);
  if (typeof order === 'string') return { all: order };
  const kept = withTimes(framesOf(index, order, samplingMethod), index, order);
  const wanted = only === undefined ? undefined : new Set(only);
  for (const frame of wanted ? kept.keys() : []) if (wanted?.has(frame) !== true) kept.delete(frame);
  const groups = groupsOf(index, order, kept);
  const decoded = groups.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return { groups, order, kept, decoded, dispensable: dispensableIn(groups, order, kept) };
}

/** The numbers of the frames that ffmpeg's `select` would keep; `condition` in command.ts says the same to ffmpeg. */
function framesOf(
  { pts, keys, timeBase: { num, den } }: FrameIndex,
  { numbers, packetOf }: Order,
  samplingMethod: Exclude<SamplingMethod, { scene: number }>,
): number[] {
  if ('every' in samplingMethod) {
    const { every } = samplingMethod;
    return Array.from({ length: Math.floor(numbers.length / every) }, (_, n) => (n + 1) * every);
  }
  if ('keyframes' in samplingMethod) return numbers.filter((_, packet) => keys[packet] === true);
  const frames: number[] = [];
  let last = 0;
  for (const [n, packet] of packetOf.entries()) {
    const time = (pts[packet] ?? 0) * (num / den);
    const slot = Math.floor((Math.max(time, 0) + 0.001) * samplingMethod.fps) + 1;
    if (slot > last) frames.push(n + 1);
    last = Math.max(last, slot);
  }
  return frames;
}

/** Strictly increasing whole milliseconds, rounded as ffmpeg does; `wholeTime` in command.ts says the same to ffmpeg. */
function withTimes(
  frames: readonly number[],
  { pts, timeBase }: FrameIndex,
  { packetOf }: Order,
): Map<number, number> {
  const times = new Map<number, number>();
  let last = -1;
  for (const frame of frames) {
    last = Math.max(milliseconds(pts[packetOf[frame - 1] ?? 0] ?? 0, timeBase), last + 1);
    times.set(frame, last);
  }
  return times;
}

/** Halves are rounded up. A negative time counts as 0, so it does not matter how it is rounded. */
function milliseconds(time: number, { num, den }: FrameIndex['timeBase']): number {
  const [twice, divisor] = [BigInt(time) * BigInt(num) * 2000n + BigInt(den), BigInt(den) * 2n];
  return twice < 0n ? 0 : Number(twice / divisor);
}

function groupsOf(
  { keys }: FrameIndex,
  { packetOf }: Order,
  kept: ReadonlyMap<number, number>,
): readonly Group[] {
  const last = new Map([[0, 0]]);
  // Frames ascend, and so do their groups.
  let [key, next] = [0, keys.indexOf(true, 1)];
  for (const frame of kept.keys()) {
    const packet = packetOf[frame - 1] ?? 0;
    while (next >= 0 && next <= packet) [key, next] = [next, keys.indexOf(true, next + 1)];
    last.set(key, Math.max(last.get(key) ?? 0, packet));
  }
  return [...last].map(([first, end]) => ({ first, last: end }));
}

/** Encoders rarely refer to such frames, which the headers of their packets say in time: `PacketFilter`. */
function dispensableIn(
  groups: readonly Group[],
  { numbers }: Order,
  kept: ReadonlyMap<number, number>,
): number {
  let count = 0;
  for (const { first, last } of groups) {
    let latest = 0;
    for (let packet = first; packet <= last; packet++) {
      const frame = numbers[packet] ?? 0;
      if (frame < latest && !kept.has(frame)) count += 1;
      latest = Math.max(latest, frame);
    }
  }
  return count;
}
