import { Bits } from './bits.js';
import { unescaped } from './nal.js';

/** What a sequence parameter set says about the headers of slices. */
export interface Sequence {
  /** The colour planes are coded one by one. */
  readonly planes: boolean;
  /** Bits of a picture's order. */
  readonly orderBits: number;
  /** How many frames at most precede a frame in the file and follow it in presentation. */
  readonly reordered: number;
  /** The number of layers above the first one. */
  readonly layers: number;
}

/** @param unit a sequence parameter set: ITU-T H.265, 7.3.2.2.1 */
export function readSequence(unit: Uint8Array): Sequence {
  const bits = new Bits(unescaped(unit).subarray(2));
  bits.take(4);
  const layers = bits.take(3);
  bits.take(1);
  skipProfile(bits, layers);
  bits.ue();
  const planes = bits.ue() === 3 && bits.flag();
  bits.ue();
  bits.ue();
  if (bits.flag()) for (let side = 0; side < 4; side++) bits.ue();
  bits.ue();
  bits.ue();
  const orderBits = bits.ue() + 4;
  // One for each sublayer, or one for all: the last one is that of the whole stream.
  const sublayers = bits.flag() ? layers + 1 : 1;
  let reordered = 0;
  for (let sublayer = 0; sublayer < sublayers; sublayer++) {
    bits.ue();
    reordered = bits.ue();
    bits.ue();
  }
  return { planes, orderBits, reordered, layers };
}

/** 7.3.3 */
function skipProfile(bits: Bits, layers: number): void {
  bits.take(96);
  const present = Array.from({ length: layers }, () => [bits.flag(), bits.flag()]);
  if (layers > 0) bits.take(2 * (8 - layers));
  for (const [profile, level] of present) bits.take((profile === true ? 88 : 0) + (level === true ? 8 : 0));
}

/**
 * How many bits without a meaning the header of a slice has; undefined if pictures may be hidden.
 * @param unit a picture parameter set: 7.3.2.3.1
 */
export function extraBitsOf(unit: Uint8Array): number | undefined {
  const bits = new Bits(unescaped(unit).subarray(2));
  bits.ue();
  bits.ue();
  bits.flag();
  return bits.flag() ? undefined : bits.take(3);
}
