import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { MvsError } from './errors.js';

/**
 * Ascending frame numbers as text: the distances between them as varints, deflated, in base64. Distances repeat, so a list
 * of a million frames has some kilobytes; brokers take messages of a megabyte unless they are told otherwise.
 */
export const maxListLength = 700 << 10;
/** Before it is deflated: a byte for a frame, nearly always. Bounds what a reader has to unpack. */
const maxBytes = 8 << 20;

/** Takes frames while they come, in a byte for each. */
export class FrameListWriter {
  #bytes = Buffer.alloc(1024);
  #length = 0;
  #last = 0;

  /** @throws MvsError USAGE where there are too many to list */
  add(frame: number): void {
    let distance = frame - this.#last;
    this.#last = frame;
    for (; distance > 127; distance = Math.floor(distance / 128)) this.#push((distance % 128) + 128);
    this.#push(distance);
  }

  /** @throws MvsError USAGE where there are too many to list */
  get text(): string {
    const text = deflateRawSync(this.#bytes.subarray(0, this.#length)).toString('base64');
    if (text.length > maxListLength) throw tooMany();
    return text;
  }

  #push(byte: number): void {
    if (this.#length === maxBytes) throw tooMany();
    if (this.#length === this.#bytes.length)
      this.#bytes = Buffer.concat([this.#bytes], 2 * this.#bytes.length);
    this.#bytes[this.#length++] = byte;
  }
}

function tooMany(): MvsError {
  return new MvsError('USAGE', 'this sampling keeps more frames of the video than its end can list', {
    hint: 'Use --every, whose frames need no list, or keep fewer with a lower --fps or a higher --scene.',
  });
}

/** @throws RangeError and errors of zlib where the text is no list */
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
  if (scale > 1) throw new RangeError('the list breaks off');
}

/** Whether a text lists so many frames, none beyond `last`. */
export function isFrameList(text: string, count: number, last: number): boolean {
  try {
    let [listed, latest] = [0, 0];
    for (const frame of readFrameList(text)) [listed, latest] = [listed + 1, frame];
    return listed === count && latest <= last;
  } catch {
    return false;
  }
}
