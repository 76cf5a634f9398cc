import { BSON } from 'mongodb';
import type { GlimpsedFrame } from './port.js';

/**
 * Reads the documents of a cursor from its bytes in the answer. The driver's own reader takes three times as long, and of the
 * 0.5 s that an answer about 10,000 frames may take that is a tenth. It still reads what has unusual types.
 */
export function readPage(cursor: Buffer): readonly GlimpsedFrame[] {
  const read = new Reader(cursor).document() ?? BSON.deserialize(cursor);
  return read['firstBatch'] as readonly GlimpsedFrame[];
}

const types = { double: 1, string: 2, document: 3, array: 4, date: 9, null: 10, int32: 16, int64: 18 };

/** https://bsonspec.org/spec.html, as far as our own records need it. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #unusual = false;
  /** Labels come again and again, most often in a row. */
  #text: { readonly bytes: Buffer; readonly value: string } = { bytes: Buffer.of(), value: '' };

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Undefined where something in it is of a type that only the driver reads. */
  document(): Record<string, unknown> | undefined {
    const fields = this.#fields();
    return this.#unusual ? undefined : fields;
  }

  #fields(): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    this.#elements((value, start, stop) => {
      fields[this.#bytes.toString('latin1', start, stop)] = value;
    });
    return fields;
  }

  #elements(take: (value: unknown, nameStart: number, nameStop: number) => void): void {
    const end = this.#at + this.#bytes.readInt32LE(this.#at) - 1;
    this.#at += 4;
    while (this.#at < end && !this.#unusual) {
      const type = this.#bytes[this.#at];
      const start = this.#at + 1;
      const stop = this.#bytes.indexOf(0, start);
      this.#at = stop + 1;
      take(this.#value(type), start, stop);
    }
    this.#at = end + 1;
  }

  #value(type: number | undefined): unknown {
    const bytes = this.#bytes;
    if (type === types.array) {
      const values: unknown[] = [];
      this.#elements((value) => values.push(value));
      return values;
    }
    if (type === types.document) return this.#fields();
    if (type === types.string) return this.#string();
    if (type === types.null) return null;
    const at = this.#at;
    this.#at += type === types.int32 ? 4 : 8;
    if (type === types.int32) return bytes.readInt32LE(at);
    if (type === types.double) return bytes.readDoubleLE(at);
    if (type === types.int64) return readInt64(bytes, at);
    if (type === types.date) return new Date(readInt64(bytes, at));
    this.#unusual = true;
    return undefined;
  }

  #string(): string {
    const start = this.#at + 4;
    const stop = start + this.#bytes.readInt32LE(this.#at) - 1;
    this.#at = stop + 1;
    const bytes = this.#bytes.subarray(start, stop);
    if (!bytes.equals(this.#text.bytes)) this.#text = { bytes, value: bytes.toString('utf8') };
    return this.#text.value;
  }
}

/** Exact up to 2^53, as all numbers of ours are, and much faster than by way of a bigint. */
function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
}
