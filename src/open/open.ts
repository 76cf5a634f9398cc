import { availableParallelism } from 'node:os';
import { openClassifier } from '../core/classifier/worker-classifier.js';
import type { Model } from '../core/classifier/model.js';
import type { EngineName } from '../core/classifier/port.js';
import type { ConsumePorts } from '../core/consume/consume.js';
import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { up, type KafkaChoice, type MongoChoice, type RunningStack } from '../core/stack/index.js';
import type { StoreLayout } from '../core/store/defaults.js';
import { openMongo } from '../core/store/mongo.js';
import { openKafka, type KafkaConfig } from '../core/stream/kafka/index.js';
import { describeStream, type StreamAddress } from '../core/stream/address.js';
import { ifThere } from '../core/stream/if-there.js';
import type { FrameStream } from '../core/stream/port.js';
import { isLocal, warnOfBrokers, warnOfOutage } from './broker-warnings.js';
import { openModel, type ModelFlags } from './model.js';
import { withProgress } from '../ui/progress.js';
import { plural } from '../ui/units.js';
import { defaultGroup, securityOf, storeOf, streamOf, type SecurityFlags } from '../flags/index.js';

export interface BrokerFlags extends SecurityFlags {
  readonly home: string;
  readonly brokers?: string[] | undefined;
  readonly stream?: StreamAddress | undefined;
}

export interface StreamFlags extends BrokerFlags {
  readonly topic: string;
  readonly store?: string | undefined;
  readonly compression?: 'none' | 'snappy';
  readonly group?: string | undefined;
}

export interface ConsumerFlags extends StreamFlags, ModelFlags {
  readonly store?: string | undefined;
  readonly 'store-layout'?: StoreLayout | undefined;
  readonly engine: EngineName | 'auto';
  readonly threads?: number | undefined;
  readonly workers?: number | undefined;
}

/** The topic that the flags name, and how to get at it. @throws MvsError CONFIG, USAGE where they name no Kafka */
export function kafkaConfig(flags: StreamFlags, log: Log): KafkaConfig {
  const { compression = 'none' } = flags;
  const address = streamOf(flags);
  if (address.kind !== 'kafka') throw kafkaOnly(address);
  const { topic, brokers } = address;
  const security = securityOf(flags);
  warnOfBrokers(flags, { brokers, security }, log);
  return { topic, compression, brokers, local: isLocal(flags.home, brokers), security, log };
}

function kafkaOnly(address: StreamAddress): MvsError {
  return new MvsError('USAGE', `this is for Kafka, and --stream names ${describeStream(address)}`, {
    hint: 'docs/streams.md says what works on which system.',
  });
}

/** Opens the stream that the flags name, whether its topic exists or not. @throws MvsError BROKER_UNAVAILABLE, CONFIG */
export async function openStream(flags: StreamFlags, log: Log): Promise<FrameStream> {
  const address = streamOf(flags);
  switch (address.kind) {
    // Their clients are large, and no other command needs them.
    case 'pubsub': {
      const { openPubSub } = await import('../core/stream/pubsub/index.js');
      return openPubSub({ ...address, group: flags.group ?? defaultGroup, log });
    }
    case 'kinesis': {
      const { openKinesis } = await import('../core/stream/kinesis/index.js');
      return openKinesis({ region: address.region, topic: address.topic, store: storeOf(flags), log });
    }
    default:
      return openKafka(kafkaConfig(flags, log));
  }
}

/** Opens the stream that the flags name. @throws MvsError TOPIC_MISSING, BROKER_UNAVAILABLE, CONFIG */
export async function openTopic(flags: StreamFlags, log: Log): Promise<FrameStream> {
  const stream = await openStream(flags, log);
  try {
    warnOfOutage(stream.servers, log);
    await stream.partitions();
    return stream;
  } catch (error) {
    await stream[Symbol.asyncDispose]();
    throw error;
  }
}

/** Opens the dead letters of a stream; undefined where there have never been any. */
export async function openDeadLetters(
  { deadLetterTopic: topic }: FrameStream,
  flags: StreamFlags,
  log: Log,
): Promise<FrameStream | undefined> {
  return ifThere(openTopic({ ...flags, stream: { ...streamOf(flags), topic } }, log));
}

/** Opens what consumers need, cheapest first, so that a missing server is found out before a network is loaded. */
export async function withConsumerPorts<T>(
  flags: ConsumerFlags,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
  work: (ports: ConsumePorts, model: Model, threads: number) => Promise<T>,
): Promise<T> {
  const model = await openModel(flags, { log, signal });
  await using stream = await openTopic(flags, log);
  await using store = await openMongo(storeOf(flags), flags['store-layout']);
  const { engine, workers = availableParallelism() } = flags;
  await using classifier = await openClassifier({ engine, model, workers, threadsPerWorker: 1, log, signal });
  const threads = threadsFor(flags, stream.topic, await stream.partitions(), log);
  return await work({ stream, store, classifier, log }, model, threads);
}

const usualThreads = 3;

/** More members than partitions is a mistake of whoever asked for them, and nothing to do by ourselves. */
function threadsFor({ threads }: ConsumerFlags, topic: string, partitions: number, log: Log): number {
  if (threads === undefined) return Math.min(usualThreads, partitions);
  const idle = threads - partitions;
  if (idle > 0) {
    const given = `${plural(threads, 'thread')} for ${plural(threads - idle, 'partition')} of ${topic}`;
    log.warn(`${given}: ${idle} of them ${idle === 1 ? 'has' : 'have'} nothing to do`);
  }
  return threads;
}

/** Creates the topic unless it is there. */
export async function ensureTopic(flags: StreamFlags, log: Log): Promise<void> {
  await using stream = await openStream(flags, log);
  await stream.createTopic({ partitions: 3, replicationFactor: 1 });
}

interface StackFlags extends SecurityFlags {
  readonly home: string;
  readonly 'kafka-port': number;
  readonly 'mongo-port': number;
  readonly cache?: string | undefined;
  readonly kafka: KafkaChoice;
  readonly mongo: MongoChoice;
  readonly brokers?: string[] | undefined;
  readonly stream?: StreamAddress | undefined;
  readonly store?: string | undefined;
}

/** Starts what does not run yet, or finds what the flags name, with its steps shown. */
export function startStack(
  flags: StackFlags,
  { signal, log, show }: { signal: AbortSignal; log: Log; show: boolean },
): Promise<RunningStack> {
  const { stream } = flags;
  return withProgress('looking for servers', show, (progress) =>
    up({
      ...flags,
      ...(stream?.kind === 'kafka' ? { brokers: stream.brokers } : {}),
      withoutKafka: stream !== undefined && stream.kind !== 'kafka',
      security: securityOf(flags),
      kafkaPort: flags['kafka-port'],
      mongoPort: flags['mongo-port'],
      signal,
      log,
      onStep: (step) => {
        progress.update(step);
      },
    }),
  );
}
