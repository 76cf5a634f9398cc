import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { describeStream, type StreamAddress } from '../core/stream/address.js';
import { ifThere } from '../core/stream/if-there.js';
import { openKafka, type KafkaConfig } from '../core/stream/kafka/index.js';
import type { FrameStream } from '../core/stream/port.js';
import {
  defaultGroup,
  securityOf,
  storeOf,
  streamOf,
  type GroupFlags,
  type StoreFlags,
  type TopicFlags,
} from '../flags/index.js';
import type { PublishFlags } from '../flags/producing.js';
import { isLocal, warnOfClearText, warnOfOutage } from './broker-warnings.js';
import { warnOfOtherBroker, warnOfOtherStore } from './strangers.js';

/** Not every command has all of them: Pub/Sub needs the group, Kinesis the store, and producers choose the compression. */
export type StreamFlags = TopicFlags &
  StoreFlags & { readonly [K in keyof GroupFlags]?: GroupFlags[K] | undefined } & Partial<
    Pick<PublishFlags, 'compression'>
  >;

/** The settings of a Kafka topic. @throws MvsError CONFIG, USAGE if the flags name another system */
export function kafkaConfig(flags: StreamFlags, log: Log): KafkaConfig {
  const { compression = 'none' } = flags;
  const address = streamOf(flags);
  if (address.kind !== 'kafka') throw kafkaOnly(address);
  const { topic, brokers } = address;
  const security = securityOf(flags);
  warnOfClearText({ security }, log);
  return { topic, compression, brokers, local: isLocal(flags.home, brokers), security, log };
}

function kafkaOnly(address: StreamAddress): MvsError {
  return new MvsError('USAGE', `this command needs Kafka, but --stream names ${describeStream(address)}`, {
    hint: 'docs/streams.md lists what works on which system.',
  });
}

/** Opens the stream that the flags name, whether its topic exists or not. @throws MvsError BROKER_UNAVAILABLE, CONFIG */
export async function openStream(flags: StreamFlags, log: Log): Promise<FrameStream> {
  const address = streamOf(flags);
  switch (address.kind) {
    // Loaded on demand: their clients are large, and no other command needs them.
    case 'pubsub': {
      const { openPubSub } = await import('../core/stream/pubsub/index.js');
      return openPubSub({ ...address, group: flags.group ?? defaultGroup, log });
    }
    case 'kinesis': {
      const { openKinesis } = await import('../core/stream/kinesis/index.js');
      const store = storeOf(flags);
      const opened = await openKinesis({ region: address.region, topic: address.topic, store, log });
      warnOfOtherStore(flags, store, log);
      return opened;
    }
    default: {
      const stream = await openKafka(kafkaConfig(flags, log));
      warnOfOtherBroker(flags, address.brokers, log);
      return stream;
    }
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

/** Opens the dead letters of a stream; undefined if there have never been any. */
export async function openDeadLetters(
  { deadLetterTopic: topic }: FrameStream,
  flags: StreamFlags,
  log: Log,
): Promise<FrameStream | undefined> {
  return ifThere(openTopic({ ...flags, stream: { ...streamOf(flags), topic } }, log));
}

/** Creates the topic unless it exists. */
export async function ensureTopic(flags: StreamFlags, log: Log): Promise<void> {
  await using stream = await openStream(flags, log);
  await stream.createTopic({ partitions: 3, replicationFactor: 1 });
}
