/** The reduction of libvips (reducev, reduceh), to the bit: first rows, then columns, with weights of 12 bits that the caller calculates. */

// @ts-ignore: decorator
@inline
function reduced(sum: v128): v128 {
  return i32x4.shr_s(sum, 12);
}

/**
 * One row of `length` bytes from several.
 * @param weights 16-bit numbers, an even count of them
 */
export function reduceRows(
  from: usize,
  stride: i32,
  weights: usize,
  count: i32,
  length: i32,
  to: usize,
): void {
  const zero = i64x2.splat(0);
  const half = i32x4.splat(2048);
  for (let x = 0; x < length; x += 16) {
    let sum0 = half;
    let sum1 = half;
    let sum2 = half;
    let sum3 = half;
    let at = from + x;
    for (let i = 0; i < count; i += 2) {
      const pair = v128.load32_splat(weights + (i << 1));
      const upper = v128.load(at);
      const lower = v128.load(at + stride);
      at += 2 * stride;
      const low = v128.shuffle<i8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
      const high = v128.shuffle<i8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
      sum0 = i32x4.add(sum0, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(low), pair));
      sum1 = i32x4.add(sum1, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(low), pair));
      sum2 = i32x4.add(sum2, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(high), pair));
      sum3 = i32x4.add(sum3, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(high), pair));
    }
    const left = i16x8.narrow_i32x4_s(reduced(sum0), reduced(sum1));
    const right = i16x8.narrow_i32x4_s(reduced(sum2), reduced(sum3));
    v128.store(to + x, i8x16.narrow_i16x8_u(left, right));
  }
}

/** The products of one output pixel, in four parts. */
// @ts-ignore: decorator
@inline
function products(from: usize, weights: usize, count: i32): v128 {
  let sum = i32x4.dot_i16x8_s(v128.load8x8_u(from), v128.load(weights));
  for (let i = 8; i < count; i += 8)
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_u(from + i), v128.load(weights + (i << 1))));
  return sum;
}

/**
 * `length` bytes from a row.
 * @param starts per output pixel, the first input pixel, as i32
 * @param weights per output pixel, `count` 16-bit numbers; `count` is a multiple of 8
 */
export function reduceColumns(
  from: usize,
  starts: usize,
  weights: usize,
  count: i32,
  length: i32,
  to: usize,
): void {
  const half = i32x4.splat(2048);
  const step: usize = count << 1;
  let at = weights;
  for (let x = 0; x < length; x += 4) {
    const start = starts + (x << 2);
    const a = products(from + load<i32>(start), at, count);
    const b = products(from + load<i32>(start, 4), at + step, count);
    const c = products(from + load<i32>(start, 8), at + 2 * step, count);
    const d = products(from + load<i32>(start, 12), at + 3 * step, count);
    at += 4 * step;
    const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
    const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
    const sum = i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
    const words = i16x8.narrow_i32x4_s(reduced(i32x4.add(sum, half)), half);
    v128.store32_lane(to + x, i8x16.narrow_i16x8_u(words, words), 0);
  }
}
