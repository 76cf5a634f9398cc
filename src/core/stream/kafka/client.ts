import './internals/produce-request.js';
import kafkajs, {
  CompressionTypes,
  Kafka,
  logLevel,
  type KafkaConfig as ClientConfig,
  type RetryOptions,
} from 'kafkajs';
import snappy from 'kafkajs-snappy';
import { causesOf, messageOf, MvsError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { connectTo, type Connection } from './connection.js';
import { outageNotice } from './outage.js';
import { ownError, refusalOf, type Access } from './refusal.js';
import { securitySettings } from './security.js';

// Readers need it too, for what other producers may send. (Node finds this name of a CommonJS package only here.)
kafkajs.CompressionCodecs[CompressionTypes.Snappy] = snappy;

export interface KafkaConfig extends Access {
  readonly topic: string;
  readonly log: Log;
  /** Of published messages. Default: `none`, because JPEG does not get smaller. */
  readonly compression?: 'none' | 'snappy';
}

/**
 * Outlasts a broker that is unavailable for minutes: the client's own defaults lose the send under way.
 * Every field is given because kafkajs takes shorter defaults where NODE_ENV is "test".
 */
const patient: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 1000,
  factor: 0.2,
  multiplier: 2,
  retries: 200,
};

/** For questions of a person who waits for the answer: fails within seconds. */
const brisk: RetryOptions = { ...patient, retries: 3 };

/** How long a client may believe an old answer about leaders and partitions. */
export const metadataMaxAgeMs = 5_000;

/** For producers, whose owner looks at each failure before it sends the same request again. */
export const producerRetry: RetryOptions = { ...patient, retries: 5 };

export function createClient(config: KafkaConfig): Kafka {
  return new Kafka(clientConfig(config, patient));
}

/** @throws MvsError BROKER_UNAVAILABLE where none answers, CONFIG where they refuse */
export function connectAdmin(config: KafkaConfig): Promise<Connection> {
  const createClient = (brokers: readonly string[]) =>
    new Kafka({ ...clientConfig({ ...config, brokers }, brisk), requestTimeout: 10_000 });
  return connectTo({ access: config, topic: config.topic, createClient, retry: brisk });
}

function clientConfig({ brokers, security, log }: KafkaConfig, retry: RetryOptions): ClientConfig {
  const notice = outageNotice(log, brokers);
  return {
    ...securitySettings(security),
    clientId: 'mvs',
    brokers: [...brokers],
    connectionTimeout: 3000,
    retry,
    logLevel: logLevel.WARN,
    // kafkajs calls every reconnect an error; the pipeline says itself what an operator has to know.
    logCreator: () => (entry) => {
      const { message, error } = entry.log;
      log.debug(`kafkajs ${entry.namespace}: ${message}${typeof error === 'string' ? `: ${error}` : ''}`);
      notice(entry);
    },
  };
}

/** Turns what kafkajs throws into an MvsError. */
export function kafkaError(cause: unknown, doing: string): MvsError {
  const own = ownError(cause);
  if (own) return own;
  const type = typeOf(cause);
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new MvsError('TOPIC_MISSING', `${doing}: the topic does not exist`, {
      cause,
      hint: 'Create it with "mvs topic:create".',
    });
  }
  const refusal = refusalOf(cause);
  if (refusal) return new MvsError('CONFIG', `${doing}: ${refusal.what}`, { cause, hint: refusal.hint });
  return new MvsError('BROKER_UNAVAILABLE', `${doing}: ${messageOf(cause)}`, {
    cause,
    retriable: true,
    hint: 'Check the brokers with "mvs status".',
  });
}

/** @param retriable while a topic that exists may still be unknown to a broker or to the client */
export function topicMissing(
  topic: string,
  cause: unknown,
  {
    retriable = false,
    hint = `Create it with "mvs topic:create ${topic}", or name another one: "mvs topic:list" shows them.`,
  } = {},
): MvsError {
  return new MvsError('TOPIC_MISSING', `the topic ${topic} does not exist`, { cause, retriable, hint });
}

/**
 * kafkajs gives up for good if the brokers become unavailable while it asks them for the coordinator of a group,
 * as they do when they are stopped in good order; of any other moment it says that the failure may pass.
 */
export function foundNoCoordinator(error: Error): boolean {
  const { cause } = error;
  if (error.name === 'KafkaJSGroupCoordinatorNotFound') return true;
  return cause instanceof Error && foundNoCoordinator(cause);
}

/** The protocol error name ("REBALANCE_IN_PROGRESS", …) of a kafkajs error, wherever it is wrapped. */
export function typeOf(error: unknown): string | undefined {
  return causesOf(error)
    .map((cause) => ('type' in cause ? cause.type : undefined))
    .find((type) => typeof type === 'string');
}

/** The answer of a broker to `question`. A failure becomes an MvsError that says what was being done. */
export async function ask<T>(doing: string, question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    throw kafkaError(error, doing);
  }
}
