import * as v from 'valibot';
import type { StreamMessage } from '../port.js';

const bytes = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text): Uint8Array => Buffer.from(text, 'base64')),
);
/** What stands before the value. */
const headSchema = v.object({
  key: v.nullable(bytes),
  hasValue: v.boolean(),
  headers: v.array(v.tuple([v.string(), v.array(bytes)])),
});

/** A message as bytes: the length of its head (4 bytes, big-endian), the head as JSON, and the value as it is. */
export function pack({ key, value, headers }: StreamMessage): Buffer {
  const head = Buffer.from(
    JSON.stringify({
      key: key && base64(key),
      hasValue: value !== null,
      headers: Array.from(headers, ([name, values]) => [name, values.map(base64)]),
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.byteLength);
  return Buffer.concat([length, head, value ?? Buffer.alloc(0)]);
}

/** Undefined for what is none. */
export function unpack(packed: Uint8Array): StreamMessage | undefined {
  const buffer = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  if (buffer.byteLength < 4) return undefined;
  const end = 4 + buffer.readUInt32BE();
  const head = v.safeParse(headSchema, jsonOf(buffer.subarray(4, end)));
  if (!head.success) return undefined;
  const { key, hasValue, headers } = head.output;
  return { key, value: hasValue ? buffer.subarray(end) : null, headers: new Map(headers) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function jsonOf(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
