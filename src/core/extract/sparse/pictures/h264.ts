import { Bits } from './bits.js';
import { sequenceOf, type Sequence } from './h264-parameters.js';
import { textOf, unescaped, unitsOf } from './nal.js';
import {
  malformed,
  notClosed,
  notOnePicture,
  otherParameters,
  PictureOrder,
  type Inspect,
  type Picture,
} from './pictures.js';

/** Types of units: ITU-T H.264, table 7-1. */
const type = { slice: 1, idr: 5, sei: 6, sequence: 7, picture: 8 };
/** Delimiters, ends, filling and headers of layers that the decoder ignores. */
const harmless = new Set([9, 10, 11, 12, 14]);
const recoveryPoint = 6;

interface Configuration {
  readonly lengthSize: number;
  readonly parameters: ReadonlySet<string>;
  readonly sequences: readonly Sequence[];
}

/** 7.4.1: `nal_ref_idc` */
const isReferredTo = (unit: Uint8Array): boolean => ((unit[0] ?? 0) & 0x60) !== 0;

/**
 * @param configuration avcC: ISO/IEC 14496-15, 5.3.3.1
 * @param reordered how many frames at most precede a frame in the file and follow it in presentation
 */
export function h264(configuration: Uint8Array, reordered: number): Inspect | string {
  const read = readConfiguration(configuration);
  const [sequence] = read.sequences;
  if (sequence === undefined || read.sequences.length > 1) return otherParameters;
  if (!sequence.wholeFrames) return 'fields may be coded one by one';
  if (sequence.gaps) return 'frames may be missing on purpose';
  if (sequence.orderBits === undefined) return 'the order of the frames is coded in a rare way';
  // Without this number, the decoder finds it out, and drops frames until it has.
  if (reordered > (sequence.reordered ?? 0)) return 'the decoder has to guess the order of the frames';
  const placeOf = placesOf(sequence, sequence.orderBits);
  // Without that number, a decoder that misses a picture changes how many it holds back.
  const mayMiss = sequence.reordered !== undefined;
  const checked = { ...read, mayMiss };
  return (packet, key) => inspect(packet, key, checked, placeOf);
}

function readConfiguration(bytes: Uint8Array): Configuration {
  const sequences: Sequence[] = [];
  const parameters = new Set<string>();
  let at = 5;
  for (const mask of [31, 255]) {
    for (let count = (bytes[at++] ?? 0) & mask; count > 0; count--) {
      const length = (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
      const set = bytes.subarray(at + 2, at + 2 + length);
      at += 2 + length;
      parameters.add(textOf(set));
      if (mask === 31) sequences.push(sequenceOf(set));
    }
  }
  return { lengthSize: ((bytes[4] ?? 0) & 3) + 1, parameters, sequences };
}

/** Undefined: a reference picture before this one is missing. */
type PlaceOf = (slice: Uint8Array) => number | undefined;

/** The places of pictures, by the header of their first slice: 7.3.3 and 8.2.1.1. */
function placesOf({ planes, numberBits }: Sequence, orderBits: number): PlaceOf {
  const order = new PictureOrder(orderBits);
  let [count, before] = [0, 0];
  return (slice) => {
    const [header = 0] = slice;
    const isIdr = (header & 31) === type.idr;
    const bits = new Bits(unescaped(slice.subarray(1, 64)));
    for (let n = 0; n < 3; n++) bits.ue();
    if (planes) bits.take(2);
    // `frame_num` counts reference pictures. Decoders replace missing ones, and show fewer frames, without an error.
    const number = bits.take(numberBits);
    if (!isIdr && number !== before && number !== (before + 1) % 2 ** numberBits) return undefined;
    if (isReferredTo(slice)) before = number;
    if (orderBits === 0) return count++;
    if (isIdr) bits.ue();
    return order.of(bits.take(orderBits), isReferredTo(slice), isIdr);
  };
}

function inspect(
  packet: Uint8Array,
  key: boolean,
  { lengthSize, parameters, mayMiss }: Configuration & { readonly mayMiss: boolean },
  placeOf: PlaceOf,
): Picture | string {
  const units = unitsOf(packet, lengthSize);
  if (units === undefined) return malformed;
  let [pictures, isIdr, recovers, isReference] = [0, false, false, !mayMiss];
  let place: number | undefined;
  for (const unit of units) {
    const of = (unit[0] ?? 0) & 31;
    if (of === type.slice || of === type.idr) {
      isIdr ||= of === type.idr;
      isReference ||= isReferredTo(unit);
      // The first macroblock of a picture has the number 0, which is coded as one set bit.
      const first = (unit[1] ?? 0) >= 0x80;
      if (first) place = placeOf(unit);
      pictures += first ? 1 : 0;
    } else if (of === type.sei) recovers ||= hasRecoveryPoint(unit);
    else if (of === type.sequence || of === type.picture) {
      if (!parameters.has(textOf(unit))) return otherParameters;
    } else if (!harmless.has(of)) return `a packet has a unit of type ${of}`;
  }
  if (pictures !== 1) return notOnePicture;
  if (place === undefined) return 'a picture that others refer to is missing';
  return isIdr === key && (isIdr || !recovers) ? { place, isReference } : notClosed;
}

/** 7.3.2.3.1 */
function hasRecoveryPoint(unit: Uint8Array): boolean {
  const sei = unescaped(unit);
  for (let at = 1; at + 2 < sei.length;) {
    let [message, size] = [0, 0];
    for (; sei[at] === 255; at++) message += 255;
    message += sei[at++] ?? 0;
    if (message === recoveryPoint) return true;
    for (; sei[at] === 255; at++) size += 255;
    size += sei[at++] ?? 0;
    at += size;
  }
  return false;
}
