/**
 * The inverse cosine transforms of libjpeg-turbo (jidctint, jidctred), to the bit: the accurate ones for 8×8, 4×4, 2×2 and 1×1 samples.
 * Numbers are fixed-point with 13 bits, as in its sources.
 */
import { clamp, transform2, transform4 } from './idct-small';
import { transform8 } from './idct8';

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
