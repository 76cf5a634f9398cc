import { BSON } from 'mongodb';
import type { GlimpsedFrame } from './port.js';

const types = { double: 1, string: 2, date: 9, int32: 16, int64: 18 };

/**
 * Reads a record from the bytes of a document. The driver's own reader takes three times as long, and of the 0.5 s that an
 * answer about 10,000 frames may take that is a tenth. It still reads what has unusual types.
 */
export function readGlimpse(bytes: Buffer): GlimpsedFrame {
  const fields: Record<string, unknown> = {};
  const end = bytes.readInt32LE(0) - 1;
  let at = 4;
  while (at < end) {
    const type = bytes[at];
    const nameEnd = bytes.indexOf(0, at + 1);
    const name = bytes.toString('latin1', at + 1, nameEnd);
    const value = nameEnd + 1;
    at = value + 8;
    if (type === types.double) fields[name] = bytes.readDoubleLE(value);
    else if (type === types.date) fields[name] = new Date(readInt64(bytes, value));
    else if (type === types.int64) fields[name] = readInt64(bytes, value);
    else if (type === types.int32) {
      fields[name] = bytes.readInt32LE(value);
      at = value + 4;
    } else if (type === types.string) {
      at = value + 4 + bytes.readInt32LE(value);
      fields[name] = bytes.toString('utf8', value + 4, at - 1);
    } else return BSON.deserialize(bytes) as unknown as GlimpsedFrame;
  }
  return fields as unknown as GlimpsedFrame;
}

/** Exact up to 2^53, as all numbers of ours are, and much faster than by way of a bigint. */
function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32LE(at + 4) * 2 ** 32 + bytes.readUInt32LE(at);
}
