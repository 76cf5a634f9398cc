import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { MvsError } from '../base/errors.js';

/**
 * Ascending frame numbers as text: the distances between them as varints, deflated, in base64. Distances repeat, so a list
 * of a million frames takes a few kilobytes; by default, brokers accept messages of a megabyte.
 */
export const maxListLength = 700 << 10;
/** Before it is deflated: nearly always one byte per frame. Bounds what a reader has to unpack. */
const maxBytes = 8 << 20;

/** Bytes of the largest distance. */
const maxVarint = 8;
/** The bytes that fit even if deflating does not shorten them: 3 bytes are 4 characters, and deflated data may be slightly longer. */
const fitting = (characters: number): number => Math.floor((characters - (16 << 10)) * 0.75);
/** Deflating again is worth it if this many more bytes may fit. */
const minFitting = 4096;

/** Collects frame numbers in order, about a byte for each. */
export class FrameListWriter {
  #bytes = Buffer.alloc(1024);
  #length = 0;
  #last = 0;
  /** Up to this many bytes the list certainly fits. */
  #certain = fitting(maxListLength);

  /** @throws MvsError USAGE if there are too many to list */
  add(frame: number): void {
    let distance = frame - this.#last;
    this.#last = frame;
    for (; distance > 127; distance = Math.floor(distance / 128)) this.#push((distance % 128) + 128);
    this.#push(distance);
  }

  /** True if the next frame might be one too many. */
  get isFull(): boolean {
    if (this.#length + maxVarint < this.#certain) return false;
    const more = fitting(maxListLength - this.#deflated().length);
    if (more >= minFitting) this.#certain = Math.min(maxBytes, this.#length + more);
    return this.#length + maxVarint >= this.#certain;
  }

  /** @throws MvsError USAGE if there are too many to list */
  get text(): string {
    const text = this.#deflated();
    if (text.length > maxListLength) throw tooMany();
    return text;
  }

  #deflated(): string {
    return deflateRawSync(this.#bytes.subarray(0, this.#length)).toString('base64');
  }

  #push(byte: number): void {
    if (this.#length === maxBytes) throw tooMany();
    if (this.#length === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length);
    this.#bytes[this.#length++] = byte;
  }
}

function tooMany(): MvsError {
  return new MvsError('USAGE', 'this sampling selects too many frames for the end-of-video message', {
    hint: 'Use --every, whose frames need no list, or keep fewer with a lower --fps or a higher --scene.',
  });
}

/** @throws RangeError and errors of zlib if the text is not a list */
export function* readFrameList(text: string): Generator<number> {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: maxBytes });
  let [frame, distance, scale] = [0, 0, 1];
  for (const byte of bytes) {
    distance += (byte % 128) * scale;
    scale *= 128;
    if (byte > 127) continue;
    frame += distance;
    if (distance === 0 || !Number.isSafeInteger(frame)) throw new RangeError('a frame number out of order');
    yield frame;
    [distance, scale] = [0, 1];
  }
  if (scale > 1) throw new RangeError('the list is incomplete');
}

/** Whether a text lists `count` frames, none beyond `last`. */
export function isFrameList(text: string, count: number, last: number): boolean {
  try {
    let [listed, latest] = [0, 0];
    for (const frame of readFrameList(text)) [listed, latest] = [listed + 1, frame];
    return listed === count && latest <= last;
  } catch {
    return false;
  }
}
