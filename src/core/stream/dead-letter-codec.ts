import * as v from 'valibot';
import { MvsError } from '../base/errors.js';
import { lastText } from './message.js';
import { problemsOf } from '../base/problems.js';
import type { Headers, LetterNote, OutgoingMessage, Rejected, StreamMessage } from './port.js';

/** What a dead letter carries on top of the message that it keeps. */
const names = { reason: 'dlq_error', topic: 'dlq_topic', partition: 'dlq_partition', offset: 'dlq_offset' };
/** Letters of older versions have none. It names its layer, because a dead letter may itself be dead-lettered. */
const noteName = 'dlq_note';
const maxReasonLength = 500;

const headersSchema = v.object({
  reason: v.string(),
  topic: v.pipe(v.string(), v.nonEmpty()),
  partition: v.pipe(v.string(), v.regex(/^\d{1,9}$/)),
  /** Kafka's has 19 digits at most, Kinesis' sequence numbers 56. */
  offset: v.pipe(v.string(), v.regex(/^\d{1,128}$/)),
});

const noteSchema = v.object({
  layer: v.number(),
  group: v.optional(v.string()),
  publishedAt: v.optional(v.number()),
  kept: v.optional(v.object({ deadLetteredAt: v.number(), at: v.number() })),
  discarded: v.optional(v.boolean()),
  replayed: v.optional(v.boolean()),
});

/** Key, value and headers as they came; reason and origin in headers of their own, behind any of the same names. */
export function encodeDeadLetter({ message, origin, reason, note }: Rejected): OutgoingMessage {
  const headers = new Map(message.headers);
  const add = (name: string, value: string): void => {
    headers.set(name, [...(headers.get(name) ?? []), Buffer.from(value)]);
  };
  add(names.reason, reason.slice(0, maxReasonLength));
  add(names.topic, origin.topic);
  add(names.partition, String(origin.partition));
  add(names.offset, origin.offset);
  if (note) add(noteName, JSON.stringify({ ...note, layer: headers.get(names.reason)?.length }));
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
  const note = noteOf(headers);
  const own = withoutLast(headers, [...Object.values(names), ...(note ? [noteName] : [])]);
  return { message: { ...bytes, headers: own }, origin, reason, ...(note && { note }) };
}

function noteOf(headers: Headers): LetterNote | undefined {
  try {
    const { layer, ...note } = v.parse(noteSchema, JSON.parse(lastText(headers, noteName) ?? ''));
    return layer === headers.get(names.reason)?.length ? note : undefined;
  } catch {
    return undefined;
  }
}

function withoutLast(headers: Headers, ours: readonly string[]): Headers {
  const own = new Map(headers);
  for (const name of ours) {
    const rest = own.get(name)?.slice(0, -1) ?? [];
    if (rest.length > 0) own.set(name, rest);
    else own.delete(name);
  }
  return own;
}
