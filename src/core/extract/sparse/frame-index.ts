import type { Fraction } from '../input.js';

/** More packets than this take too much memory: ten hours at 50 frames a second. */
export const maxPackets = 2_000_000;

/** The packets of a video stream in the order of the file, in columns, because there may be a million. */
export interface FrameIndex {
  /** Seconds per unit of time, as a fraction. */
  readonly timeBase: Fraction;
  /** Width of a pixel by its height; zero: unknown. */
  readonly aspect: Fraction;
  /** Presentation times as the decoder gets them; NaN if missing. */
  readonly pts: readonly number[];
  /** Bytes. */
  readonly sizes: readonly number[];
  readonly keys: readonly boolean[];
}

/** A decoder and its reader hold back at most this many packets. */
const maxLookahead = 64;

/** The place of each packet's frame among all frames. */
export interface Order {
  /** By packet: the number of its frame, from 1. */
  readonly numbers: readonly number[];
  /** By frame number minus 1: its packet. */
  readonly packetOf: readonly number[];
  /** How many frames at most precede a frame in the file and follow it in presentation. */
  readonly reordered: number;
  /** How far behind a packet another one may be whose frame precedes its own. */
  readonly lookahead: number;
}

/**
 * Numbers the frames of an index by their presentation times, within each group from a key packet to the next one.
 *
 * @returns why that is impossible if there is a time that is missing or not the only one of its kind, or if a group refers beyond its
 *   borders: a picture that is shown before its key frame may need the group before it.
 */
export function orderOf({ pts, sizes, keys }: FrameIndex): Order | string {
  if (pts.length === 0) return 'there are no packets';
  if (keys[0] !== true) return 'the first packet is not a key frame';
  if (pts.some(Number.isNaN)) return 'a time is missing';
  if (sizes.includes(0)) return 'a packet is empty';
  const packetOf: number[] = [];
  for (let start = 0, last = -Infinity; start < pts.length;) {
    let end = start + 1;
    while (end < pts.length && keys[end] !== true) end += 1;
    const group = Array.from({ length: end - start }, (_, n) => start + n);
    const timeOf = (packet: number): number => pts[packet] ?? NaN;
    group.sort((one, other) => timeOf(one) - timeOf(other));
    if (group[0] !== start) return 'a frame is shown before its key frame';
    for (const packet of group) {
      if (timeOf(packet) <= last) return 'a time repeats or runs back';
      last = timeOf(packet);
      packetOf.push(packet);
    }
    start = end;
  }
  const lookahead = lookaheadIn(packetOf);
  if (lookahead > maxLookahead) return 'the packets are too far from the order of presentation';
  const numbers = new Array<number>(pts.length).fill(0);
  for (const [n, packet] of packetOf.entries()) numbers[packet] = n + 1;
  return { numbers, packetOf, reordered: reorderedIn(numbers), lookahead };
}

function reorderedIn(numbers: readonly number[]): number {
  let most = 0;
  let next = 1;
  const ahead = new Set<number>();
  for (const number of numbers) {
    let passed = 0;
    for (const other of ahead) if (other > number) passed += 1;
    most = Math.max(most, passed);
    ahead.add(number);
    while (ahead.delete(next)) next += 1;
  }
  return most;
}

function lookaheadIn(packetOf: readonly number[]): number {
  let [most, furthest] = [0, 0];
  for (const packet of packetOf) {
    furthest = Math.max(furthest, packet);
    most = Math.max(most, furthest - packet);
  }
  return most;
}
