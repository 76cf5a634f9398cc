/** Vectors of eight 16-bit numbers, as the cosine transforms use them. */

/** Two factors for pairs of neighbouring 16-bit numbers. */
// @ts-ignore: decorator
@inline
export function pair(a: i32, b: i32): v128 {
  return i32x4.splat((b << 16) | (a & 0xffff));
}

// @ts-ignore: decorator
@inline
export function lower(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

// @ts-ignore: decorator
@inline
export function upper(a: v128, b: v128): v128 {
  return v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}

// @ts-ignore: decorator
@inline
export function scaled(sum: v128, difference: v128, shift: i32): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(sum, shift), i32x4.shr_s(difference, shift));
}
