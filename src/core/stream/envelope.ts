import type { Headers, StreamMessage } from './port.js';

/**
 * A message as bytes, for systems whose records have no headers, or no key and headers but text: the mark, the key, the number of headers, each
 * header, and the value up to the end. Key, names and values of headers come behind their length (u32 BE), names in UTF-8;
 * a header is its name, the number of its values and these. The byte behind the mark says what is null.
 */
const mark = Buffer.from('mvs\u0001');
const [keyIsNull, valueIsNull] = [1, 2];

export function encodeEnvelope({ key, value, headers }: StreamMessage): Uint8Array {
  const parts: Uint8Array[] = [mark];
  const count = (n: number): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(n);
    parts.push(bytes);
  };
  const add = (bytes: Uint8Array): void => {
    count(bytes.byteLength);
    parts.push(bytes);
  };
  parts.push(Buffer.from([(key === null ? keyIsNull : 0) | (value === null ? valueIsNull : 0)]));
  add(key ?? Buffer.alloc(0));
  count(headers.size);
  for (const [name, values] of headers) {
    add(Buffer.from(name));
    count(values.length);
    values.forEach(add);
  }
  if (value !== null) parts.push(value);
  return Buffer.concat(parts);
}

/** @returns undefined for what is no envelope: others may write to the stream too. */
export function decodeEnvelope(data: Uint8Array): StreamMessage | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (!bytes.subarray(0, mark.length).equals(mark)) return undefined;
  try {
    const reader = new Reader(bytes, mark.length);
    const nulls = reader.byte();
    const key = reader.bytes();
    const headers = readHeaders(reader);
    const value = reader.rest();
    return { key: nulls & keyIsNull ? null : key, value: nulls & valueIsNull ? null : value, headers };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readHeaders(reader: Reader): Headers {
  const headers = new Map<string, Uint8Array[]>();
  for (let left = reader.count(); left > 0; left--) {
    const name = reader.bytes().toString();
    const values: Uint8Array[] = [];
    for (let n = reader.count(); n > 0; n--) values.push(reader.bytes());
    headers.set(name, values);
  }
  return headers;
}

/** Throws a RangeError behind the end. */
class Reader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  byte(): number {
    return this.#bytes.readUInt8(this.#at++);
  }

  count(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  bytes(): Buffer {
    const length = this.count();
    if (this.#at + length > this.#bytes.length) throw new RangeError('the envelope is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.#at);
  }
}
