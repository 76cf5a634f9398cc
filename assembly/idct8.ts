import { lower, pair, scaled, upper } from './lanes';

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

export function transform8(block: usize, to: usize, stride: i32): void {
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
