/**
 * The inverse cosine transforms of libjpeg-turbo (jidctint, jidctred), to the bit: the accurate ones for 8×8, 4×4, 2×2 and 1×1 samples.
 * Numbers are fixed-point with 13 bits, as in its sources.
 */

const rows: usize = memory.data(128, 16);

/** Two factors for pairs of neighbouring 16-bit numbers. */
// @ts-ignore: decorator
@inline
function pair(a: i32, b: i32): v128 {
  return i32x4.splat((b << 16) | (a & 0xffff));
}

// @ts-ignore: decorator
@inline
function lower(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
function upper(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// @ts-ignore: decorator
@inline
function scaled(sum: v128, difference: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(sum, shift), i32x4.shr_s(difference, shift));
}

/** One dimension of 8×8, in place: eight columns at a time; then rows and columns are exchanged. */
function pass(block: usize, shift: i32): void {
  const in0 = v128.load(block);
  const in1 = v128.load(block, 16);
  const in2 = v128.load(block, 32);
  const in3 = v128.load(block, 48);
  const in4 = v128.load(block, 64);
  const in5 = v128.load(block, 80);
  const in6 = v128.load(block, 96);
  const in7 = v128.load(block, 112);
  const half = i32x4.splat(1 << (shift - 1));
  const plus = i16x8.add(in0, in4);
  const minus = i16x8.sub(in0, in4);
  const z3 = i16x8.add(in7, in3);
  const z4 = i16x8.add(in5, in1);

  // The left four columns.
  let even = lower(in2, in6);
  let tmp2 = i32x4.dot_i16x8_s(even, pair(4433, -10704));
  let tmp3 = i32x4.dot_i16x8_s(even, pair(10703, 4433));
  let tmp0 = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(plus), 13), half);
  let tmp1 = i32x4.add(i32x4.shl(i32x4.extend_low_i16x8_s(minus), 13), half);
  const a0 = i32x4.add(tmp0, tmp3);
  const a3 = i32x4.sub(tmp0, tmp3);
  const a1 = i32x4.add(tmp1, tmp2);
  const a2 = i32x4.sub(tmp1, tmp2);
  let z = lower(z3, z4);
  let y3 = i32x4.dot_i16x8_s(z, pair(-6436, 9633));
  let y4 = i32x4.dot_i16x8_s(z, pair(9633, 6437));
  let odd71 = lower(in7, in1);
  let odd53 = lower(in5, in3);
  const b0 = i32x4.add(i32x4.dot_i16x8_s(odd71, pair(-4927, -7373)), y3);
  const b3 = i32x4.add(i32x4.dot_i16x8_s(odd71, pair(-7373, 4926)), y4);
  const b1 = i32x4.add(i32x4.dot_i16x8_s(odd53, pair(-4176, -20995)), y4);
  const b2 = i32x4.add(i32x4.dot_i16x8_s(odd53, pair(-20995, 4177)), y3);

  // The right four columns.
  even = upper(in2, in6);
  tmp2 = i32x4.dot_i16x8_s(even, pair(4433, -10704));
  tmp3 = i32x4.dot_i16x8_s(even, pair(10703, 4433));
  tmp0 = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(plus), 13), half);
  tmp1 = i32x4.add(i32x4.shl(i32x4.extend_high_i16x8_s(minus), 13), half);
  const c0 = i32x4.add(tmp0, tmp3);
  const c3 = i32x4.sub(tmp0, tmp3);
  const c1 = i32x4.add(tmp1, tmp2);
  const c2 = i32x4.sub(tmp1, tmp2);
  z = upper(z3, z4);
  y3 = i32x4.dot_i16x8_s(z, pair(-6436, 9633));
  y4 = i32x4.dot_i16x8_s(z, pair(9633, 6437));
  odd71 = upper(in7, in1);
  odd53 = upper(in5, in3);
  const d0 = i32x4.add(i32x4.dot_i16x8_s(odd71, pair(-4927, -7373)), y3);
  const d3 = i32x4.add(i32x4.dot_i16x8_s(odd71, pair(-7373, 4926)), y4);
  const d1 = i32x4.add(i32x4.dot_i16x8_s(odd53, pair(-4176, -20995)), y4);
  const d2 = i32x4.add(i32x4.dot_i16x8_s(odd53, pair(-20995, 4177)), y3);

  const out0 = scaled(i32x4.add(a0, b3), i32x4.add(c0, d3), shift);
  const out7 = scaled(i32x4.sub(a0, b3), i32x4.sub(c0, d3), shift);
  const out1 = scaled(i32x4.add(a1, b2), i32x4.add(c1, d2), shift);
  const out6 = scaled(i32x4.sub(a1, b2), i32x4.sub(c1, d2), shift);
  const out2 = scaled(i32x4.add(a2, b1), i32x4.add(c2, d1), shift);
  const out5 = scaled(i32x4.sub(a2, b1), i32x4.sub(c2, d1), shift);
  const out3 = scaled(i32x4.add(a3, b0), i32x4.add(c3, d0), shift);
  const out4 = scaled(i32x4.sub(a3, b0), i32x4.sub(c3, d0), shift);

  const e0 = lower(out0, out4);
  const e1 = upper(out0, out4);
  const e2 = lower(out1, out5);
  const e3 = upper(out1, out5);
  const e4 = lower(out2, out6);
  const e5 = upper(out2, out6);
  const e6 = lower(out3, out7);
  const e7 = upper(out3, out7);
  const f0 = lower(e0, e4);
  const f1 = upper(e0, e4);
  const f2 = lower(e2, e6);
  const f3 = upper(e2, e6);
  const f4 = lower(e1, e5);
  const f5 = upper(e1, e5);
  const f6 = lower(e3, e7);
  const f7 = upper(e3, e7);
  v128.store(block, lower(f0, f2));
  v128.store(block, upper(f0, f2), 16);
  v128.store(block, lower(f1, f3), 32);
  v128.store(block, upper(f1, f3), 48);
  v128.store(block, lower(f4, f6), 64);
  v128.store(block, upper(f4, f6), 80);
  v128.store(block, lower(f5, f7), 96);
  v128.store(block, upper(f5, f7), 112);
}

function clamp(value: i32): i32 {
  return max(0, min(255, value + 128));
}

/** Fills size × size samples: a block of which only the DC coefficient is not 0. */
export function flat(dc: i32, size: i32, to: usize, stride: i32): void {
  const sample = clamp((dc + 4) >> 3);
  if (size == 8) {
    const eight = i8x16.splat(<i8>sample);
    for (let y = 0; y < 8; y++) v128.store64_lane(to + y * stride, eight, 0);
  } else {
    for (let y = 0; y < size; y++) memory.fill(to + y * stride, <u8>sample, size);
  }
}

/** Transforms a block, and clears it. */
export function transform(block: usize, size: i32, to: usize, stride: i32): void {
  if (size == 8) transform8(block, to, stride);
  else if (size == 4) transform4(block, to, stride);
  else transform2(block, to, stride);
  const zero = i64x2.splat(0);
  for (let at: usize = 0; at < 128; at += 16) v128.store(block + at, zero);
}

function transform8(block: usize, to: usize, stride: i32): void {
  pass(block, 11);
  pass(block, 18);
  const middle = i8x16.splat(-128);
  for (let y: usize = 0; y < 8; y += 2) {
    const two = i8x16.narrow_i16x8_s(v128.load(block + (y << 4)), v128.load(block + (y << 4), 16));
    const samples = v128.xor(two, middle);
    v128.store64_lane(to + y * stride, samples, 0);
    v128.store64_lane(to + (y + 1) * stride, samples, 1);
  }
}

function transform4(block: usize, to: usize, stride: i32): void {
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
  const odd0 = i32x4.add(
    i32x4.dot_i16x8_s(in75, pair(-1730, 11893)),
    i32x4.dot_i16x8_s(in31, pair(-17799, 8697)),
  );
  const odd2 = i32x4.add(
    i32x4.dot_i16x8_s(in75, pair(-4176, -4926)),
    i32x4.dot_i16x8_s(in31, pair(7373, 20995)),
  );
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
  const odd0 = i32x4.add(
    i32x4.dot_i16x8_s(in75, pair(-1730, 11893)),
    i32x4.dot_i16x8_s(in31, pair(-17799, 8697)),
  );
  const odd2 = i32x4.add(
    i32x4.dot_i16x8_s(in75, pair(-4176, -4926)),
    i32x4.dot_i16x8_s(in31, pair(7373, 20995)),
  );
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

function transform2(block: usize, to: usize, stride: i32): void {
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
