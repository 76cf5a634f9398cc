/** From the entropy-coded data of a JPEG to samples of its components, for the part of the picture that is needed. */
import {
  across,
  acTableOf,
  components,
  dcTableOf,
  down,
  height,
  quantizationTable,
  restartInterval,
  width,
} from './header';
import { beginAt, coefficients, decodeBlock, position, unused } from './huffman';
import { flat, transform } from './idct';

/** The samples of the needed part of one component. */
export class Plane {
  at: usize = 0;
  stride: i32 = 0;
  /** Width and height of a transformed block. */
  size: i32 = 8;
  /** Blocks of this component in an MCU. */
  wide: i32 = 1;
  high: i32 = 1;
}

/** The needed part, in MCUs. */
export let left: i32 = 0;
export let right: i32 = 0;
export let top: i32 = 0;
export let bottom: i32 = 0;

export const planes: StaticArray<Plane> = [new Plane(), new Plane(), new Plane()];

const block: usize = memory.data(128, 16);
const unneeded: usize = memory.data(128, 16);
/** The DC coefficients of the blocks before. */
const before: usize = memory.data(12, 4);

export function need(fromX: i32, toX: i32, fromY: i32, toY: i32): void {
  left = fromX;
  right = toX;
  top = fromY;
  bottom = toY;
}

let segmentEnd: usize = 0;
/** The next byte of the file. */
let source: usize = 0;

/**
 * Copies the data up to the next marker, without the zeros that follow bytes of ones, as little-endian words.
 * @returns the marker, or 0 if the data ends before
 */
function copySegment(end: usize, to: usize): i32 {
  const ones = i8x16.splat(-1);
  let at = source;
  let out = to;
  let marker = 0;
  while (at < end) {
    if (at + 16 <= end) {
      const some = v128.load(at);
      v128.store(out, some);
      const found = i8x16.bitmask(i8x16.eq(some, ones));
      if (found == 0) {
        at += 16;
        out += 16;
        continue;
      }
      const plain = ctz(found);
      at += plain;
      out += plain;
    } else if (load<u8>(at) != 0xff) {
      store<u8>(out++, load<u8>(at++));
      continue;
    }
    if (at + 1 >= end) break;
    const follows: i32 = load<u8>(at + 1);
    at += 2;
    if (follows != 0) {
      marker = follows;
      break;
    }
    store<u8>(out++, 0xff);
  }
  source = at;
  segmentEnd = out;
  v128.store(out, i64x2.splat(0));
  for (let word = to; word < out; word += 16) {
    const some = v128.load(word);
    v128.store(word, v128.shuffle<i8>(some, some, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
  }
  return marker;
}

/**
 * Decodes all of the data, so that damage anywhere is noticed.
 * @param work memory for as many bytes as the data has, and 4096
 * @returns false if anything about it is not as it should be
 */
export function decodeScan(from: usize, end: usize, work: usize): bool {
  const mcuWidth = 8 * across;
  const mcuHeight = 8 * down;
  const wide = (width + mcuWidth - 1) / mcuWidth;
  const high = (height + mcuHeight - 1) / mcuHeight;
  const total = wide * high;
  const interval = restartInterval == 0 ? total : restartInterval;
  source = from;
  memory.fill(block, 0, 128);
  let x = 0;
  let y = 0;
  let segment = 0;
  for (let done = 0; done < total; segment++) {
    const marker = copySegment(end, work);
    const count = min(interval, total - done);
    const isLast = done + count == total;
    // ffmpeg writes a restart marker also behind the last segment.
    if (marker != 0xd0 + (segment & 7) && !(isLast && marker == 0xd9)) return false;
    if (isLast && marker != 0xd9 && !endsAt(end)) return false;
    beginAt(work);
    memory.fill(before, 0, 12);
    for (let i = 0; i < count; i++) {
      if (!decodeMcu(x, y) || position() > segmentEnd + 16) return false;
      if (++x == wide) {
        x = 0;
        y++;
      }
    }
    done += count;
    // Less than a byte may be left.
    const rest = ((<i32>(segmentEnd - position())) << 3) + unused();
    if (rest < 0 || rest > 7) return false;
  }
  return true;
}

/** Whether the picture ends here. */
function endsAt(end: usize): bool {
  return source + 2 <= end && load<u8>(source) == 0xff && load<u8>(source + 1) == 0xd9;
}

function decodeMcu(x: i32, y: i32): bool {
  const needed = x >= left && x < right && y >= top && y < bottom;
  for (let component = 0; component < components; component++) {
    const plane = planes[component];
    const dc = dcTableOf(component);
    const ac = acTableOf(component);
    const quantization = quantizationTable(component);
    const dcBefore = before + (component << 2);
    for (let v = 0; v < plane.high; v++) {
      for (let h = 0; h < plane.wide; h++) {
        if (!needed) {
          if (!decodeBlock(dc, ac, quantization, dcBefore, unneeded)) return false;
          continue;
        }
        if (!decodeBlock(dc, ac, quantization, dcBefore, block)) return false;
        const blockX = (x - left) * plane.wide + h;
        const blockY = (y - top) * plane.high + v;
        const to = plane.at + blockY * plane.size * plane.stride + blockX * plane.size;
        if (coefficients == 1 || plane.size == 1) {
          flat(<i32>load<i16>(block), plane.size, to, plane.stride);
          if (coefficients == 1) store<i16>(block, 0);
          else memory.fill(block, 0, 128);
        } else transform(block, plane.size, to, plane.stride);
      }
    }
  }
  return true;
}
