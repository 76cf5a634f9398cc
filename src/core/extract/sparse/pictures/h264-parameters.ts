import { Bits } from './bits.js';
import { unescaped } from './nal.js';

/** What a sequence parameter set says about the pictures. */
export interface Sequence {
  /** Each picture is a whole frame. */
  readonly wholeFrames: boolean;
  /** Pictures may be missing, which decoders replace. */
  readonly gaps: boolean;
  /** The colour planes are coded one by one. */
  readonly planes: boolean;
  /** Bits of `frame_num`. */
  readonly numberBits: number;
  /** Bits of a picture's order; 0: the pictures are in order; undefined: it is coded in another way. */
  readonly orderBits: number | undefined;
  /** How many frames may precede a frame in the file and follow it in presentation; undefined: the decoder has to guess. */
  readonly reordered: number | undefined;
}

const withChroma = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** @param unit a sequence parameter set: ITU-T H.264, 7.3.2.1.1 */
export function sequenceOf(unit: Uint8Array): Sequence {
  const bits = new Bits(unescaped(unit).subarray(1));
  const profile = bits.take(8);
  bits.take(16);
  bits.ue();
  const planes = withChroma.has(profile) && readFormat(bits);
  const numberBits = bits.ue() + 4;
  const orderType = bits.ue();
  const orderBits = orderType === 0 ? bits.ue() + 4 : 0;
  const isRare = orderType === 1;
  bits.ue();
  const gaps = bits.flag();
  bits.ue();
  bits.ue();
  const wholeFrames = bits.flag();
  if (!wholeFrames) bits.flag();
  bits.flag();
  if (bits.flag()) for (let side = 0; side < 4; side++) bits.ue();
  const reordered = bits.flag() ? reorderedIn(bits) : undefined;
  return { wholeFrames, gaps, planes, numberBits, orderBits: isRare ? undefined : orderBits, reordered };
}

/** @returns whether the colour planes are coded one by one */
function readFormat(bits: Bits): boolean {
  const chroma = bits.ue();
  const planes = chroma === 3 && bits.flag();
  bits.ue();
  bits.ue();
  bits.flag();
  if (!bits.flag()) return planes;
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list++)
    if (bits.flag()) skipList(bits, list < 6 ? 16 : 64);
  return planes;
}

function skipList(bits: Bits, size: number): void {
  let [last, next] = [8, 8];
  for (let n = 0; n < size; n++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    if (next !== 0) last = next;
  }
}

/** From the video usability information: ITU-T H.264, E.1.1. */
function reorderedIn(bits: Bits): number | undefined {
  if (bits.flag() && bits.take(8) === 255) bits.take(32);
  if (bits.flag()) bits.flag();
  if (bits.flag()) {
    bits.take(4);
    if (bits.flag()) bits.take(24);
  }
  if (bits.flag()) {
    bits.ue();
    bits.ue();
  }
  if (bits.flag()) bits.take(65);
  const hasRates = [skipRates(bits), skipRates(bits)];
  if (hasRates.includes(true)) bits.flag();
  bits.flag();
  if (!bits.flag()) return undefined;
  bits.flag();
  for (let n = 0; n < 4; n++) bits.ue();
  return bits.ue();
}

function skipRates(bits: Bits): boolean {
  if (!bits.flag()) return false;
  const count = Math.min(bits.ue(), 31) + 1;
  bits.take(8);
  for (let n = 0; n < count; n++) {
    bits.ue();
    bits.ue();
    bits.flag();
  }
  bits.take(20);
  return true;
}
