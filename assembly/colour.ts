/** From samples to planes of red, green and blue, to the bit as libjpeg-turbo does it (jdsample, jdcolor). */
import { down, across, components, height, width } from './header';
import { planes } from './scan';

/** Two rows of chroma, made as wide as luma; and sums of rows, with one number before the first. */
const room: usize = 65536 + 64;
const wide: usize = memory.data(131200, 16);
const sums: usize = memory.data(65664, 16);

// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128): v128 {
  const half = i32x4.splat(32768);
  return i16x8.narrow_i32x4_s(
    i32x4.shr_s(i32x4.add(low, half), 16),
    i32x4.shr_s(i32x4.add(high, half), 16),
  );
}

/** Eight products `sample × factor / 65536`. */
// @ts-ignore: decorator
@inline
function times(samples: v128, factor: i16): v128 {
  const by = i16x8.splat(factor);
  return rounded(i32x4.extmul_low_i16x8_s(samples, by), i32x4.extmul_high_i16x8_s(samples, by));
}

/** Two for each of the sums: three quarters of one, one of its neighbour. */
// @ts-ignore: decorator
@inline
function neighbours(at: usize, shift: i32, first: i16, second: i16): v128 {
  const here = v128.load(at);
  const three = i16x8.mul(here, i16x8.splat(3));
  const even = i16x8.add(i16x8.add(three, v128.load(at - 2)), i16x8.splat(first));
  const odd = i16x8.add(i16x8.add(three, v128.load(at + 2)), i16x8.splat(second));
  // Each fits a byte.
  return v128.or(i16x8.shr_u(even, shift), i16x8.shl(i16x8.shr_u(odd, shift), 8));
}

/** Makes `count` samples of a chroma row twice as wide. @param far the row that has a quarter of the weight */
function widen(near: usize, far: usize, atEnd: i32, from: i32, count: i32, to: usize): void {
  const begin = sums + 16;
  const both = down == 2;
  for (let x = 0; x < count + 2; x += 8) {
    let sum = v128.load8x8_u(near + x);
    if (both) sum = i16x8.add(i16x8.mul(sum, i16x8.splat(3)), v128.load8x8_u(far + x));
    v128.store(begin + (x << 1), sum);
  }
  // The plane begins before `from`, except at the edge of the picture.
  const first = begin + (from << 1);
  if (from == 0) store<i16>(begin - 2, load<i16>(begin));
  store<i16>(begin + (atEnd << 1), load<i16>(begin + ((atEnd - 1) << 1)));
  for (let x = 0; x < count - from; x += 8) {
    const two = both ? neighbours(first + (x << 1), 4, 8, 7) : neighbours(first + (x << 1), 2, 1, 2);
    v128.store(to + (x << 1), two);
  }
}

/**
 * Converts a part of the picture.
 * @param originX,originY where the planes of samples begin, in pixels of luma
 * @param x,y,columns,rows the part that is wanted; `x` is even
 * @param to three planes of `stride` × rows, each row with room for 16 more
 */
export function toRgb(
  originX: i32,
  originY: i32,
  x: i32,
  y: i32,
  columns: i32,
  rows: i32,
  to: usize,
  stride: i32,
): void {
  const luma = planes[0];
  const planeSize = stride * rows;
  for (let row = 0; row < rows; row++) {
    const from = luma.at + (y + row - originY) * luma.stride + (x - originX);
    const out = to + row * stride;
    if (components == 1) {
      memory.copy(out, from, columns);
      continue;
    }
    let blue: usize;
    let red: usize;
    if (planes[1].size == luma.size && across == 2) {
      widenRow(1, originX, originY, x, y + row, columns, wide);
      widenRow(2, originX, originY, x, y + row, columns, wide + room);
      blue = wide;
      red = wide + room;
    } else {
      const offset = (y + row - originY) * planes[1].stride + (x - originX);
      blue = planes[1].at + offset;
      red = planes[2].at + offset;
    }
    for (let at: usize = 0; at < <usize>columns; at += 16)
      convert(from + at, blue + at, red + at, out + at, planeSize);
  }
}

function widenRow(
  component: i32,
  originX: i32,
  originY: i32,
  x: i32,
  y: i32,
  columns: i32,
  to: usize,
): void {
  const plane = planes[component];
  let row = y;
  let other = y;
  if (down == 2) {
    const last = ((height + 1) >> 1) - 1;
    row = y >> 1;
    other = max(0, min(last, y & 1 ? row + 1 : row - 1));
    originY >>= 1;
  }
  const near = plane.at + (row - originY) * plane.stride;
  const far = plane.at + (other - originY) * plane.stride;
  const origin = originX >> 1;
  const from = (x >> 1) - origin;
  const count = from + ((columns + 1) >> 1);
  widen(near, far, ((width + 1) >> 1) - origin, from, count, to);
}

function convert(lumaAt: usize, blueAt: usize, redAt: usize, to: usize, planeSize: i32): void {
  const middle = i16x8.splat(128);
  const luma0 = v128.load8x8_u(lumaAt);
  const luma1 = v128.load8x8_u(lumaAt, 8);
  const blue0 = i16x8.sub(v128.load8x8_u(blueAt), middle);
  const blue1 = i16x8.sub(v128.load8x8_u(blueAt, 8), middle);
  const red0 = i16x8.sub(v128.load8x8_u(redAt), middle);
  const red1 = i16x8.sub(v128.load8x8_u(redAt, 8), middle);
  // 1.402 is 1 + 26345/65536.
  const r0 = i16x8.add(i16x8.add(luma0, red0), times(red0, 26345));
  const r1 = i16x8.add(i16x8.add(luma1, red1), times(red1, 26345));
  v128.store(to, i8x16.narrow_i16x8_u(r0, r1));
  // -0.34414 is -22554/65536, and -0.71414 is -1 + 18734/65536.
  const g0 = i16x8.add(i16x8.sub(luma0, red0), green(blue0, red0));
  const g1 = i16x8.add(i16x8.sub(luma1, red1), green(blue1, red1));
  v128.store(to + planeSize, i8x16.narrow_i16x8_u(g0, g1));
  // 1.772 is 2 - 14942/65536.
  const b0 = i16x8.add(i16x8.add(luma0, i16x8.shl(blue0, 1)), times(blue0, -14942));
  const b1 = i16x8.add(i16x8.add(luma1, i16x8.shl(blue1, 1)), times(blue1, -14942));
  v128.store(to + 2 * planeSize, i8x16.narrow_i16x8_u(b0, b1));
}

function green(blue: v128, red: v128): v128 {
  const factors = i32x4.splat((18734 << 16) | (-22554 & 0xffff));
  return rounded(
    i32x4.dot_i16x8_s(v128.shuffle<i16>(blue, red, 0, 8, 1, 9, 2, 10, 3, 11), factors),
    i32x4.dot_i16x8_s(v128.shuffle<i16>(blue, red, 4, 12, 5, 13, 6, 14, 7, 15), factors),
  );
}
