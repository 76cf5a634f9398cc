import { BSON } from 'mongodb';
import type { GlimpsedFrame } from './port.js';

/**
 * Reads the documents of a cursor from the bytes of the answer. The driver's own reader takes several times as long, which is a
 * tenth of the 0.5 s allowed for a query of 10,000 frames. It is still used for documents with unusual types.
 */
export function readPage(cursor: Buffer): readonly GlimpsedFrame[] {
  const { firstBatch } = new Reader(cursor).document() ?? BSON.deserialize(cursor);
  return firstBatch as readonly GlimpsedFrame[];
}

/** Like `readPage`, for one document. */
export function readDocument(bytes: Buffer): GlimpsedFrame {
  return (new Reader(bytes).document() ?? BSON.deserialize(bytes)) as unknown as GlimpsedFrame;
}

const types = { double: 1, string: 2, document: 3, array: 4, date: 9, null: 10, int32: 16, int64: 18 };

/** A reader for the part of BSON (https://bsonspec.org/spec.html) that our records use. */
class Reader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #at = 0;
  #unusual = false;
  /** The last name of the nth field: documents of a collection have the same fields. */
  readonly #names: string[] = [];
  /** The last string and its position: labels repeat, usually in consecutive records. */
  #text = { start: 0, stop: 0, value: '' };

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Undefined if it contains a type that only the driver can read. */
  document(): Record<string, unknown> | undefined {
    const fields = this.#fields();
    return this.#unusual ? undefined : fields;
  }

  #fields(): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    const end = this.#enter();
    for (let n = 0; this.#at < end && !this.#unusual; n++) {
      const type = this.#bytes[this.#at++];
      fields[this.#name(n)] = this.#value(type);
    }
    this.#at = end + 1;
    return fields;
  }

  #array(): unknown[] {
    const values: unknown[] = [];
    const end = this.#enter();
    while (this.#at < end && !this.#unusual) {
      const type = this.#bytes[this.#at++];
      while (this.#bytes[this.#at++] !== 0);
      values.push(this.#value(type));
    }
    this.#at = end + 1;
    return values;
  }

  /** Returns the end of the elements of a document or array. */
  #enter(): number {
    const end = this.#at + this.#int32(this.#at) - 1;
    this.#at += 4;
    return end;
  }

  #name(n: number): string {
    const [bytes, start, guess] = [this.#bytes, this.#at, this.#names[n] ?? ''];
    let length = 0;
    while (length < guess.length && bytes[start + length] === guess.charCodeAt(length)) length++;
    if (length > 0 && length === guess.length && bytes[start + length] === 0) {
      this.#at = start + length + 1;
      return guess;
    }
    const stop = bytes.indexOf(0, start);
    this.#at = stop + 1;
    return (this.#names[n] = bytes.toString('latin1', start, stop));
  }

  #value(type: number | undefined): unknown {
    if (type === types.string) return this.#string();
    if (type === types.document) return this.#fields();
    if (type === types.array) return this.#array();
    if (type === types.null) return null;
    const at = this.#at;
    this.#at += type === types.int32 ? 4 : 8;
    if (type === types.int32) return this.#int32(at);
    if (type === types.double) return this.#view.getFloat64(at, true);
    if (type === types.int64) return this.#int64(at);
    if (type === types.date) return new Date(this.#int64(at));
    this.#unusual = true;
    return undefined;
  }

  #string(): string {
    const start = this.#at + 4;
    const stop = start + this.#int32(this.#at) - 1;
    this.#at = stop + 1;
    if (!this.#isSame(start, stop))
      this.#text = { start, stop, value: this.#bytes.toString('utf8', start, stop) };
    return this.#text.value;
  }

  #isSame(start: number, stop: number): boolean {
    const { start: last, stop: lastStop } = this.#text;
    if (stop - start !== lastStop - last) return false;
    for (let i = 0; i < stop - start; i++) if (this.#bytes[start + i] !== this.#bytes[last + i]) return false;
    return true;
  }

  #int32(at: number): number {
    return this.#view.getInt32(at, true);
  }

  /** Exact up to 2^53, which all our numbers are below, and much faster than a bigint. */
  #int64(at: number): number {
    return this.#int32(at + 4) * 2 ** 32 + this.#view.getUint32(at, true);
  }
}
