import { Bits } from './bits.js';
import { extraBitsOf, readSequence, type Sequence } from './hevc-parameters.js';
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

/** ITU-T H.265, table 7-1. */
const type = { firstLeading: 6, lastLeading: 9, firstKey: 16, lastPicture: 31, sequence: 33, picture: 34 };
const idr = [19, 20];
const isParameters = (of: number): boolean => of >= 32 && of <= type.picture;

interface Configuration {
  readonly lengthSize: number;
  readonly parameters: ReadonlySet<string>;
  readonly sequence: Sequence;
  /** Bits in the header of each slice that mean nothing. */
  readonly extraBits: number;
}

/**
 * @param configuration hvcC: ISO/IEC 14496-15, 8.3.3.1
 * @param reordered how many frames at most precede a frame in the file and follow it in presentation
 */
export function hevc(configuration: Uint8Array, reordered: number): Inspect | string {
  const sets = [...parametersIn(configuration)];
  const [sequence, ...others] = sets
    .filter(({ of }) => of === type.sequence)
    .map(({ set }) => readSequence(set));
  const extra = new Set(sets.filter(({ of }) => of === type.picture).map(({ set }) => extraBitsOf(set)));
  const [extraBits] = extra;
  if (sequence === undefined || others.length > 0 || extra.size !== 1) return otherParameters;
  if (extraBits === undefined) return 'a picture may be hidden';
  // The decoder shows a frame when more than this number wait.
  if (reordered > sequence.reordered) return 'the frames are reordered further than the parameters say';
  const parameters = new Set(sets.map(({ set }) => textOf(set)));
  const read = { lengthSize: ((configuration[21] ?? 0) & 3) + 1, parameters, sequence, extraBits };
  const order = new PictureOrder(sequence.orderBits);
  return (packet, key) => inspect(packet, key, read, order);
}

function* parametersIn(bytes: Uint8Array): Generator<{ readonly of: number; readonly set: Uint8Array }> {
  let at = 23;
  const number = (): number => {
    at += 2;
    return (bytes[at - 2] ?? 0) * 256 + (bytes[at - 1] ?? 0);
  };
  for (let arrays = bytes[22] ?? 0; arrays > 0; arrays--) {
    const of = (bytes[at++] ?? 0) & 63;
    for (let count = number(); count > 0; count--) {
      const length = number();
      at += length;
      if (isParameters(of)) yield { of, set: bytes.subarray(at - length, at) };
    }
  }
}

function inspect(
  packet: Uint8Array,
  key: boolean,
  read: Configuration,
  order: PictureOrder,
): Picture | string {
  const units = unitsOf(packet, read.lengthSize);
  if (units === undefined) return malformed;
  let [pictures, place, isKey, isReference] = [0, 0, false, false];
  for (const unit of units) {
    const [header = 0, rest = 0, slice = 0] = unit;
    const of = (header >> 1) & 63;
    if (isParameters(of) && !read.parameters.has(textOf(unit))) return otherParameters;
    if (of > type.lastPicture) continue;
    if ((header & 1) === 1 || rest >> 3 !== 0) return 'there are layers of pictures';
    if (of >= type.firstLeading && of <= type.lastLeading) return 'a frame is shown before its key frame';
    if (of >= type.firstKey && !idr.includes(of)) return notClosed;
    // `no_output_of_prior_pics_flag`: the decoder discards frames of the group before that were not shown yet.
    if (idr.includes(of) && (slice & 0x40) !== 0) return 'frames before a key frame may be left out';
    isKey ||= of >= type.firstKey;
    // Pictures of higher layers may refer to it, too.
    isReference ||= isReferredTo(of) || (rest & 7) <= read.sequence.layers;
    // `first_slice_segment_in_pic_flag`
    if (slice < 0x80) continue;
    pictures += 1;
    place = placeOf(unit, of, read, order);
  }
  if (pictures !== 1) return notOnePicture;
  return isKey === key ? { place, isReference } : notClosed;
}

/** 7.4.2.2: an even type below 16 is that of a picture to which no other one of its layer refers. */
function isReferredTo(of: number): boolean {
  return of >= type.firstKey || of % 2 === 1;
}

/** From the header of the first slice: 7.3.6.1 and 8.3.1. */
function placeOf(
  unit: Uint8Array,
  of: number,
  { sequence, extraBits }: Configuration,
  order: PictureOrder,
): number {
  if (idr.includes(of)) return order.of(0, true, true);
  const bits = new Bits(unescaped(unit.subarray(2, 64)));
  bits.flag();
  bits.ue();
  bits.take(extraBits);
  bits.ue();
  if (sequence.planes) bits.take(2);
  const isBase = ((unit[1] ?? 0) & 7) === 1;
  return order.of(bits.take(sequence.orderBits), isBase && isReferredTo(of), false);
}
