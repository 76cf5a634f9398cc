import * as v from 'valibot';
import { MvsError } from '../base/errors.js';
import { lastText } from './message.js';
import { problemsOf } from '../base/problems.js';
import type { Headers, OutgoingMessage, Rejected, StreamMessage } from './port.js';

/** What a dead letter carries on top of the message that it keeps. */
const names = { reason: 'dlq_error', topic: 'dlq_topic', partition: 'dlq_partition', offset: 'dlq_offset' };
const maxReasonLength = 500;

const headersSchema = v.object({
  reason: v.string(),
  topic: v.pipe(v.string(), v.nonEmpty()),
  partition: v.pipe(v.string(), v.regex(/^\d{1,9}$/)),
  /** Kafka's has 19 digits at most, Kinesis' sequence numbers 56. */
  offset: v.pipe(v.string(), v.regex(/^\d{1,128}$/)),
});

/** Key, value and headers as they came; reason and origin in headers of their own, behind any of the same names. */
export function encodeDeadLetter({ message, origin, reason }: Rejected): OutgoingMessage {
  const headers = new Map(message.headers);
  const add = (name: string, value: string): void => {
    headers.set(name, [...(headers.get(name) ?? []), Buffer.from(value)]);
  };
  add(names.reason, reason.slice(0, maxReasonLength));
  add(names.topic, origin.topic);
  add(names.partition, String(origin.partition));
  add(names.offset, origin.offset);
  return { ...message, headers, ordered: false };
}

/** The message as it was before it was dead-lettered. @throws MvsError BAD_MESSAGE for what is no dead letter. */
export function decodeDeadLetter({ headers, ...bytes }: StreamMessage): Rejected {
  const found = Object.entries(names).map(([field, name]) => [field, lastText(headers, name)]);
  const parsed = v.safeParse(headersSchema, Object.fromEntries(found));
  if (!parsed.success) {
    throw new MvsError('BAD_MESSAGE', `not a dead letter of mvs: ${problemsOf(parsed.issues)}`);
  }
  const { reason, topic, partition, offset } = parsed.output;
  const origin = { topic, partition: Number(partition), offset };
  return { message: { ...bytes, headers: withoutOurs(headers) }, origin, reason };
}

function withoutOurs(headers: Headers): Headers {
  const own = new Map(headers);
  for (const name of Object.values(names)) {
    const rest = own.get(name)?.slice(0, -1) ?? [];
    if (rest.length > 0) own.set(name, rest);
    else own.delete(name);
  }
  return own;
}
