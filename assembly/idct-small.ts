/** The transforms to 4×4 and 2×2 samples, for pictures that become smaller. */
import { lower, pair, scaled } from './lanes';

const rows: usize = memory.data(128, 16);

export function clamp(value: i32): i32 {
  return max(0, min(255, value + 128));
}

/** What the odd coefficients add to the inner two of four numbers, and take from them. */
// @ts-ignore: decorator
@inline
function inner(in75: v128, in31: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(in75, pair(-1730, 11893)),
    i32x4.dot_i16x8_s(in31, pair(-17799, 8697)),
  );
}

/** The same for the outer two. */
// @ts-ignore: decorator
@inline
function outer(in75: v128, in31: v128): v128 {
  return i32x4.add(
    i32x4.dot_i16x8_s(in75, pair(-4176, -4926)),
    i32x4.dot_i16x8_s(in31, pair(7373, 20995)),
  );
}

export function transform4(block: usize, to: usize, stride: i32): void {
  for (let right = 0; right < 2; right++) half4(block, right);
  const row0 = v128.load(rows);
  const row1 = v128.load(rows, 16);
  const row2 = v128.load(rows, 32);
  const row3 = v128.load(rows, 48);
  // Per row: columns 2 and 6, then 7 and 5.
  const s01 = v128.shuffle<i16>(row0, row1, 2, 6, 10, 14, 7, 5, 15, 13);
  const s23 = v128.shuffle<i16>(row2, row3, 2, 6, 10, 14, 7, 5, 15, 13);
  // Columns 3 and 1, then 0 twice.
  const t01 = v128.shuffle<i16>(row0, row1, 3, 1, 11, 9, 0, 0, 8, 8);
  const t23 = v128.shuffle<i16>(row2, row3, 3, 1, 11, 9, 0, 0, 8, 8);
  const in26 = v128.shuffle<i64>(s01, s23, 0, 2);
  const in75 = v128.shuffle<i64>(s01, s23, 1, 3);
  const in31 = v128.shuffle<i64>(t01, t23, 0, 2);
  const in0 = i32x4.shr_s(v128.shuffle<i64>(t01, t23, 1, 3), 16);
  const tmp0 = i32x4.add(i32x4.shl(in0, 14), i32x4.splat(1 << 18));
  const tmp2 = i32x4.dot_i16x8_s(in26, pair(15137, -6270));
  const odd0 = inner(in75, in31);
  const odd2 = outer(in75, in31);
  const even10 = i32x4.add(tmp0, tmp2);
  const even12 = i32x4.sub(tmp0, tmp2);
  const columns01 = scaled(i32x4.add(even10, odd2), i32x4.add(even12, odd0), 19);
  const columns23 = scaled(i32x4.sub(even12, odd0), i32x4.sub(even10, odd2), 19);
  const columns = v128.xor(i8x16.narrow_i16x8_s(columns01, columns23), i8x16.splat(-128));
  const samples = v128.shuffle<i8>(columns, columns, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  v128.store32_lane(to, samples, 0);
  v128.store32_lane(to + stride, samples, 1);
  v128.store32_lane(to + 2 * stride, samples, 2);
  v128.store32_lane(to + 3 * stride, samples, 3);
}

/** The columns of four of eight: to four 16-bit numbers in each of four `rows`. */
function half4(block: usize, right: i32): void {
  const at = block + (right << 3);
  const zero = i64x2.splat(0);
  const in0 = lower(zero, v128.load64_zero(at));
  const in26 = lower(v128.load64_zero(at, 32), v128.load64_zero(at, 96));
  const in75 = lower(v128.load64_zero(at, 112), v128.load64_zero(at, 80));
  const in31 = lower(v128.load64_zero(at, 48), v128.load64_zero(at, 16));
  const tmp0 = i32x4.add(i32x4.shl(i32x4.shr_s(in0, 16), 14), i32x4.splat(1 << 11));
  const tmp2 = i32x4.dot_i16x8_s(in26, pair(15137, -6270));
  const odd0 = inner(in75, in31);
  const odd2 = outer(in75, in31);
  const even10 = i32x4.add(tmp0, tmp2);
  const even12 = i32x4.sub(tmp0, tmp2);
  const rows01 = scaled(i32x4.add(even10, odd2), i32x4.add(even12, odd0), 12);
  const rows23 = scaled(i32x4.sub(even12, odd0), i32x4.sub(even10, odd2), 12);
  const to = rows + (right << 3);
  v128.store64_lane(to, rows01, 0);
  v128.store64_lane(to + 16, rows01, 1);
  v128.store64_lane(to + 32, rows23, 0);
  v128.store64_lane(to + 48, rows23, 1);
}

/** Of one column or row: half of what its odd coefficients add. */
function odd(at: usize, step: usize): i32 {
  return (
    <i32>load<i16>(at + step) * 29692 -
    <i32>load<i16>(at + 3 * step) * 10426 +
    <i32>load<i16>(at + 5 * step) * 6967 -
    <i32>load<i16>(at + 7 * step) * 5906
  );
}

export function transform2(block: usize, to: usize, stride: i32): void {
  for (let column: usize = 0; column < 16; column += 2) {
    const even = (<i32>load<i16>(block + column)) << 15;
    const other = odd(block + column, 16);
    store<i16>(rows + column, <i16>((even + other + (1 << 12)) >> 13));
    store<i16>(rows + 16 + column, <i16>((even - other + (1 << 12)) >> 13));
  }
  for (let y: usize = 0; y < 2; y++) {
    const even = (<i32>load<i16>(rows + (y << 4))) << 15;
    const other = odd(rows + (y << 4), 2);
    store<u8>(to + y * stride, <u8>clamp((even + other + (1 << 19)) >> 20));
    store<u8>(to + y * stride + 1, <u8>clamp((even - other + (1 << 19)) >> 20));
  }
}
