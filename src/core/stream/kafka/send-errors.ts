import { MvsError } from '../../base/errors.js';
import { weightOf } from '../message.js';
import type { OutgoingMessage } from '../port.js';
import { kafkaError, topicMissing, typeOf } from './client.js';

/** A broker that has just started, or a client with old metadata, may not know a topic that exists. */
const missingGraceMs = 5_000;

/** The broker does not know this producer, or not the messages that it claims to have sent: it continues under a new identity. */
const outOfStep: ReadonlySet<string | undefined> = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
]);

/** After so many attempts, a failure of the client itself is considered permanent. */
const strangeAttempts = 5;

/** The same request would be refused again. */
const final: ReadonlySet<string | undefined> = new Set([
  'INVALID_RECORD',
  'INVALID_REQUEST',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TOPIC_EXCEPTION',
  'POLICY_VIOLATION',
  'RECORD_LIST_TOO_LARGE',
  'UNSUPPORTED_COMPRESSION_TYPE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'UNSUPPORTED_VERSION',
]);

/** Whether a new producer is needed: after these, and after an error of the client itself, the old one may not work again. */
export function isOutOfStep(error: unknown): boolean {
  return outOfStep.has(typeOf(error)) || error instanceof TypeError;
}

/** Whether the client itself has failed, and not the broker. A new producer may or may not help. */
function isOfTheClient(error: unknown): boolean {
  const isUnknown =
    error instanceof Error && !error.name.startsWith('KafkaJS') && !(error instanceof MvsError);
  return isUnknown && typeOf(error) === undefined && !('code' in error);
}

/** What the failures of one publisher mean, and whether they may pass. */
export class SendErrors {
  readonly #topic: string;
  #missingSince: number | undefined;
  #strange = 0;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /** The topic is there. */
  worked(): void {
    [this.#missingSince, this.#strange] = [undefined, 0];
  }

  explain(error: unknown, messages: readonly OutgoingMessage[]): MvsError {
    if (error instanceof MvsError && error.code !== 'TOPIC_MISSING') return error;
    const type = typeOf(error);
    const doing = `publishing to ${this.#topic}`;
    const wrapped = kafkaError(error, doing);
    if (wrapped.code === 'TOPIC_MISSING') return this.#missing(wrapped);
    this.#missingSince = undefined;
    if (type === 'MESSAGE_TOO_LARGE') return tooLarge(error, this.#topic, messages);
    if (type === 'INVALID_TIMESTAMP') return wrongClock(error, this.#topic);
    this.#strange = isOfTheClient(error) ? this.#strange + 1 : 0;
    const { code, message, hint = '' } = wrapped;
    const isFinal = final.has(type) || this.#strange > strangeAttempts;
    return isFinal ? new MvsError(code, message, { cause: error, hint }) : wrapped;
  }

  #missing(wrapped: MvsError): MvsError {
    this.#missingSince ??= Date.now();
    return topicMissing(this.#topic, wrapped, {
      retriable: Date.now() - this.#missingSince < missingGraceMs,
      hint: `Create it with "mvs topic:create ${this.#topic}", then produce the same inputs again.`,
    });
  }
}

export function staleMetadata(topic: string, partition: number): MvsError {
  const what = `the Kafka client does not know partition ${partition} of ${topic} yet`;
  return new MvsError('BROKER_UNAVAILABLE', what, { retriable: true });
}

function tooLarge(cause: unknown, topic: string, messages: readonly OutgoingMessage[]): MvsError {
  const largest = Math.max(...messages.map(weightOf));
  return new MvsError('USAGE', `a frame of ${largest} bytes is larger than the topic ${topic} allows`, {
    cause,
    hint: 'Publish smaller frames with --width or --quality, or raise max.message.bytes of the topic.',
  });
}

function wrongClock(cause: unknown, topic: string): MvsError {
  const what = `the broker refuses messages for ${topic} with the time of this machine: its clock is wrong (it shows ${new Date().toISOString()})`;
  return new MvsError('CONFIG', what, {
    cause,
    hint: 'Set the clock (timedatectl set-ntp true), or let the broker stamp messages: message.timestamp.type=LogAppendTime of the topic.',
  });
}
