import { Bits } from './bits.js';
import { inOrder, malformed, notClosed, notOnePicture, otherParameters, type Inspect } from './pictures.js';

interface Header {
  readonly key: boolean;
  readonly shown: boolean;
  /** Undefined: that of a picture before it. */
  readonly size: string | undefined;
  /** The picture before it that is shown again; undefined: it has one of its own. */
  readonly again?: number;
  /** One bit for each of the eight pictures that later ones can refer to: it takes the place of these. */
  readonly replaces: number;
}

const all = 255;

/** VP9 Bitstream Specification, 6.2 and annex B. */
export function vp9(): Inspect {
  let size: string | undefined;
  /** Of the pictures that can be referred to, those of key frames. */
  let keys = 0;
  return inOrder((packet, key) => {
    const frames = framesOf(packet);
    const headers = frames?.map(headerOf);
    if (headers === undefined || headers.includes(undefined)) return malformed;
    if (headers.filter((header) => header?.shown).length !== 1) return notOnePicture;
    const isKey = headers.findIndex((header) => header?.key);
    if (isKey === 0 && headers[0]?.shown === false) return notClosed;
    if (isKey > 0 || (isKey === 0) !== key) return notClosed;
    for (const header of headers) {
      // Decoders call it a key frame again, and the packet is none.
      if (header?.again !== undefined && ((keys >> header.again) & 1) === 1)
        return 'a key frame is shown again';
      keys = header?.key === true ? all : keys & ~(header?.replaces ?? 0);
    }
    size ??= headers[0]?.size;
    return headers.every((header) => (header?.size ?? size) === size) ? undefined : otherParameters;
  });
}

/** The frames of a packet: a superframe has an index at its end. */
function framesOf(packet: Uint8Array): Uint8Array[] | undefined {
  const marker = packet.at(-1) ?? 0;
  const [count, width] = [(marker & 7) + 1, ((marker >> 3) & 3) + 1];
  const index = packet.length - 2 - count * width;
  if ((marker & 0xe0) !== 0xc0 || packet[index] !== marker) return [packet];
  const frames: Uint8Array[] = [];
  let start = 0;
  for (let n = 0; n < count; n++) {
    let length = 0;
    for (let byte = 0; byte < width; byte++)
      length += (packet[index + 1 + n * width + byte] ?? 0) * 256 ** byte;
    frames.push(packet.subarray(start, start + length));
    start += length;
    if (length === 0 || start > index) return undefined;
  }
  return frames;
}

function headerOf(frame: Uint8Array): Header | undefined {
  const bits = new Bits(frame.subarray(0, 32));
  if (bits.take(2) !== 2) return undefined;
  const profile = bits.take(1) + 2 * bits.take(1);
  if (profile === 3) bits.take(1);
  if (bits.flag()) return { key: false, shown: true, size: undefined, again: bits.take(3), replaces: 0 };
  const key = !bits.flag();
  const shown = bits.flag();
  const resilient = bits.flag();
  if (key) {
    bits.take(24);
    skipColour(bits, profile);
    return { key, shown, size: sizeOf(bits), replaces: all };
  }
  const intra = shown ? false : bits.flag();
  if (!resilient) bits.take(2);
  if (intra) {
    bits.take(24);
    if (profile > 0) skipColour(bits, profile);
    const replaces = bits.take(8);
    return { key, shown, size: sizeOf(bits), replaces };
  }
  const replaces = bits.take(8);
  bits.take(12);
  const inherited = bits.flag() || bits.flag() || bits.flag();
  return { key, shown, size: inherited ? undefined : sizeOf(bits), replaces };
}

const rgb = 7;

function skipColour(bits: Bits, profile: number): void {
  if (profile >= 2) bits.flag();
  const odd = profile % 2 === 1;
  if (bits.take(3) === rgb) bits.take(odd ? 1 : 0);
  else bits.take(odd ? 4 : 1);
}

function sizeOf(bits: Bits): string {
  return `${bits.take(16)}×${bits.take(16)}`;
}
