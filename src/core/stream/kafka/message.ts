import type { KafkaMessage, Message } from 'kafkajs';
import type { Headers, OutgoingMessage, StreamMessage } from '../port.js';

/** A record of Kafka as a message, byte for byte, but for headers without a value, which become empty. */
export function toStreamMessage({ key, value, headers = {} }: KafkaMessage): StreamMessage {
  return { key, value, headers: new Map(Object.entries(headers).map(toHeader)) };
}

/** kafkajs mixes in what it finds in the prototype of its object where a header has a name such as "constructor". */
function toHeader([name, found]: [string, unknown]): [string, readonly Uint8Array[]] {
  const values = Array.isArray(found) ? (found as unknown[]) : [found];
  // It cannot write a null either, so that a dead letter would be stuck here for ever.
  return [
    name,
    values.flatMap((value) => (value === null ? Buffer.alloc(0) : Buffer.isBuffer(value) ? value : [])),
  ];
}

export function toKafkaMessage({ key, value, headers }: OutgoingMessage): Message {
  return { key: key && toBuffer(key), value: value && toBuffer(value), headers: toKafkaHeaders(headers) };
}

function toKafkaHeaders(headers: Headers): Record<string, Buffer[]> {
  return Object.fromEntries(Array.from(headers, ([name, values]) => [name, values.map(toBuffer)]));
}

/** A view of the same bytes. */
function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
