import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { protos } from '@google-cloud/pubsub';
import type { Headers, OutgoingMessage, StreamMessage } from '../port.js';
import { decodeEnvelope, encodeEnvelope } from '../envelope.js';

export type PubSubMessage = protos.google.pubsub.v1.IPubsubMessage;
type Attributes = Record<string, string>;

/** The attribute of a key that is text. */
const keyName = 'mvs_key';
/** The attribute of a message that is an envelope as a whole: `envelope-1`. */
const formName = 'mvs_form';
const envelope = 'envelope-1';

/** https://cloud.google.com/pubsub/quotas#resource_limits; two attributes are ours. */
const limits = { attributes: 100 - 2, value: 1024, orderingKey: 1024 };
/** Names that begin with "goog" are Google's, those with "mvs_" ours; 256 bytes at most. */
const attributeName = /^(?!goog|mvs_)[a-z][\w.-]{0,255}$/i;

/**
 * Headers become attributes, so that filters of subscriptions and other readers see them. Attributes are short texts, one a
 * name: a message with anything else in it goes whole into the data.
 */
export function toPubSub(message: OutgoingMessage): PubSubMessage {
  return { ...(plain(message) ?? enveloped(message)), ...orderingOf(message) };
}

function plain({ key, value, headers }: StreamMessage): PubSubMessage | undefined {
  if (value === null || headers.size > limits.attributes) return undefined;
  const attributes: Attributes = {};
  for (const [name, [bytes, ...others]] of headers) {
    const text = bytes && others.length === 0 ? textOf(bytes) : undefined;
    if (text === undefined || !attributeName.test(name)) return undefined;
    attributes[name] = text;
  }
  if (key !== null) {
    const text = textOf(key);
    if (text === undefined) return undefined;
    attributes[keyName] = text;
  }
  // Pub/Sub takes no message without data and attributes.
  if (value.byteLength === 0 && Object.keys(attributes).length === 0) return undefined;
  return { data: value, attributes };
}

/** Undefined for what an attribute cannot hold. */
function textOf(bytes: Uint8Array): string | undefined {
  return bytes.byteLength <= limits.value && isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
}

function enveloped(message: StreamMessage): PubSubMessage {
  return { data: encodeEnvelope(message), attributes: { [formName]: envelope } };
}

/** A key that is too long for the service, or is no text, keeps its messages together by its hash. */
function orderingOf({ key, ordered }: OutgoingMessage): { orderingKey?: string } {
  if (!ordered || key === null || key.byteLength === 0) return {};
  const isText = key.byteLength <= limits.orderingKey && isUtf8(key);
  return {
    orderingKey: isText ? Buffer.from(key).toString('utf8') : createHash('sha256').update(key).digest('hex'),
  };
}

/** It may not have been published by mvs: what only looks like an envelope is taken as it is. */
export function fromPubSub({ data, attributes }: PubSubMessage): StreamMessage {
  const value = data instanceof Uint8Array ? data : Buffer.from(data ?? '', 'base64');
  const { [keyName]: key, [formName]: form, ...texts } = attributes ?? {};
  const packed = form === envelope ? decodeEnvelope(value) : undefined;
  if (packed) return packed;
  const headers: Headers = new Map(Object.entries(texts).map(([name, text]) => [name, [Buffer.from(text)]]));
  return { key: key === undefined ? null : Buffer.from(key), value, headers };
}

/** Bytes in a request, a little more than there are. */
export function sizeOf({ data, attributes, orderingKey }: PubSubMessage): number {
  const texts = Object.entries(attributes ?? {}).flat();
  const bytes = [...texts, orderingKey ?? ''].reduce((sum, text) => sum + Buffer.byteLength(text) + 8, 0);
  return (data?.length ?? 0) + bytes + 32;
}
