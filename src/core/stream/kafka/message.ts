import type { KafkaMessage } from 'kafkajs';
import type { StreamMessage } from '../port.js';

/** A record of Kafka as a message: null as empty, of several headers of one name the first. */
export function toStreamMessage({ key, value, headers = {} }: KafkaMessage): StreamMessage {
  return {
    key: key?.toString('utf8') ?? '',
    value: value ?? new Uint8Array(),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [
        name,
        String(Array.isArray(header) ? header[0] : header),
      ]),
    ),
  };
}
