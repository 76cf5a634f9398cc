/** Pixels of three bytes: made from planes, and made into the numbers of a network. */

/** Writes a row of pixels from three rows of colours. Up to 48 bytes behind it are overwritten. */
export function packRow(red: usize, green: usize, blue: usize, length: i32, to: usize): void {
  for (let x = 0; x < length; x += 16) {
    const r = v128.load(red + x);
    const g = v128.load(green + x);
    const b = v128.load(blue + x);
    let rg = v128.shuffle<i8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
    v128.store(to, v128.shuffle<i8>(rg, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
    rg = v128.shuffle<i8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
    v128.store(to, v128.shuffle<i8>(rg, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16);
    rg = v128.shuffle<i8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
    v128.store(to, v128.shuffle<i8>(rg, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32);
    to += 48;
  }
}

/** Four numbers x × scale − shift, in double precision before they are rounded. */
// @ts-ignore: decorator
@inline
function normal(four: v128, scale: v128, shift: v128): v128 {
  const low = f64x2.sub(f64x2.mul(f64x2.convert_low_i32x4_s(four), scale), shift);
  const upper = v128.shuffle<i64>(four, four, 1, 1);
  const high = f64x2.sub(f64x2.mul(f64x2.convert_low_i32x4_s(upper), scale), shift);
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}

// @ts-ignore: decorator
@inline
function normaliseSixteen(bytes: v128, to: usize, scale: v128, shift: v128): void {
  const low = i16x8.extend_low_i8x16_u(bytes);
  const high = i16x8.extend_high_i8x16_u(bytes);
  v128.store(to, normal(i32x4.extend_low_i16x8_u(low), scale, shift));
  v128.store(to, normal(i32x4.extend_high_i16x8_u(low), scale, shift), 16);
  v128.store(to, normal(i32x4.extend_low_i16x8_u(high), scale, shift), 32);
  v128.store(to, normal(i32x4.extend_high_i16x8_u(high), scale, shift), 48);
}

/**
 * Normalises `count` pixels into three planes, in the order of the colours: x × scale − shift.
 * @param factors three scales, then three shifts, as f64
 * @param plane how far apart the planes are, in bytes; negative for blue, green, red
 */
export function toPlanes(from: usize, count: i32, factors: usize, to: usize, plane: i32): void {
  const scale0 = v128.load64_splat(factors);
  const scale1 = v128.load64_splat(factors, 8);
  const scale2 = v128.load64_splat(factors, 16);
  const shift0 = v128.load64_splat(factors, 24);
  const shift1 = v128.load64_splat(factors, 32);
  const shift2 = v128.load64_splat(factors, 40);
  const whole = count & ~15;
  for (let i = 0; i < whole; i += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    from += 48;
    let ab = v128.shuffle<i8>(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0);
    const first = v128.shuffle<i8>(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29);
    ab = v128.shuffle<i8>(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0);
    const second = v128.shuffle<i8>(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30);
    ab = v128.shuffle<i8>(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0);
    const third = v128.shuffle<i8>(ab, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31);
    normaliseSixteen(first, to, scale0, shift0);
    normaliseSixteen(second, to + plane, scale1, shift1);
    normaliseSixteen(third, to + 2 * plane, scale2, shift2);
    to += 64;
  }
  toPixels(from, count - whole, factors, to, 4, plane);
}

// @ts-ignore: decorator
@inline
function normaliseFour(
  from: usize,
  to: usize,
  scale0: v128,
  shift0: v128,
  scale1: v128,
  shift1: v128,
): void {
  const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
  const low = f64x2.sub(f64x2.mul(f64x2.convert_low_i32x4_s(four), scale0), shift0);
  const upper = v128.shuffle<i64>(four, four, 1, 1);
  const high = f64x2.sub(f64x2.mul(f64x2.convert_low_i32x4_s(upper), scale1), shift1);
  v128.store(to, v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
}

/** Normalises `count` pixels, which stay pixels. */
export function toRow(from: usize, count: i32, factors: usize, to: usize): void {
  const scale01 = v128.load(factors);
  const scale12 = v128.load(factors, 8);
  const shift01 = v128.load(factors, 24);
  const shift12 = v128.load(factors, 32);
  const scale20 = v128.shuffle<i64>(scale12, scale01, 1, 2);
  const shift20 = v128.shuffle<i64>(shift12, shift01, 1, 2);
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    normaliseFour(from, to, scale01, shift01, scale20, shift20);
    normaliseFour(from + 4, to + 16, scale12, shift12, scale01, shift01);
    normaliseFour(from + 8, to + 32, scale20, shift20, scale12, shift12);
    from += 12;
    to += 48;
  }
  toPixels(from, count - whole, factors, to, 12, 4);
}

/** The same, one number at a time, for any distance between pixels and between colours. */
export function toPixels(
  from: usize,
  count: i32,
  factors: usize,
  to: usize,
  pixel: i32,
  colour: i32,
): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < 3; j++) {
      const factor = factors + (j << 3);
      const value = <f64>load<u8>(from + j) * load<f64>(factor) - load<f64>(factor, 24);
      store<f32>(to + j * colour, <f32>value);
    }
    from += 3;
    to += pixel;
  }
}
