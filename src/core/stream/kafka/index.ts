import { atMost, untilAborted } from '../../base/abort.js';
import { closeGraceMs } from '../closing.js';
import { keepDeadLetters } from '../dead-letters.js';
import type { FrameStream } from '../port.js';
import { TopicLog } from './acknowledged.js';
import { BrokerClock } from './broker-clock.js';
import { browse } from './browse.js';
import { connectAdmin, createClient, type KafkaConfig } from './client.js';
import { openDeadLetterPublisher } from './dead-letter-topic.js';
import { fetchLag, firstWaiting } from './lag.js';
import { IdleProducers } from './idle-producers.js';
import { openPublisher } from './publisher.js';
import { openSubscription } from './subscription.js';
import { fetchEnds, fetchExpired, hasSettled } from './offsets.js';
import { countPartitions, createTopic } from './topics.js';
import { answered } from './unavailable.js';
import { publishedAt } from './waiting.js';

export type { KafkaConfig };
export { revealsSecret, type KafkaSecurity, type Login, type Tls } from './security.js';

const ageWaitMs = 500;
const clockWaitMs = 1_000;

/** Opens a Kafka topic as a stream of frames. @throws MvsError BROKER_UNAVAILABLE where no broker answers, CONFIG where it refuses. */
export async function openKafka(config: KafkaConfig): Promise<FrameStream> {
  const { topic, log, compression } = config;
  const connection = await connectAdmin(config);
  const { admin, standing, hasCoordinator } = connection;
  // kafkajs begins with the first address.
  const client = createClient({ ...config, brokers: standing.given });
  const ask = <T>(doing: string, question: Promise<T>, group?: string): Promise<T> =>
    answered(connection, { doing, topic, ...(group !== undefined && { group }) }, question);
  const clock = new BrokerClock(log);
  const acknowledged = new TopicLog();
  const idle = new IdleProducers();
  const deadLetters = keepDeadLetters(topic, (letters) =>
    openDeadLetterPublisher(config, {
      ...{ client, topic: letters, log, clock },
      acknowledged: new TopicLog(),
    }),
  );
  return {
    ...deadLetters,
    topic,
    servers: standing,
    capabilities: { partitions: true, counts: true, showsGroups: true, keepsSettled: true },
    createTopic: async (spec) => {
      // With a client of its own: a client that has known a topic fails with every request once the topic is deleted.
      const { admin: creator } = await connectAdmin(config);
      const creating = createTopic(creator, topic, spec);
      return ask(`creating the topic ${topic}`, creating).finally(() =>
        atMost(closeGraceMs, creator.disconnect()),
      );
    },
    partitions: () => ask(`reading topic ${topic}`, countPartitions(admin, topic)),
    publisher: async (signal) => {
      await atMost(clockWaitMs, clock.checkTopic(admin, topic));
      return openPublisher({ client, admin, topic, log, compression, clock, acknowledged, idle, signal });
    },
    subscribe: (options) => openSubscription({ client, admin, topic, log }, options),
    browse: (group, signal) =>
      untilAborted(browse({ client, admin, topic, log, hasCoordinator }, group, signal), signal),
    lag: async (group) => {
      const partitions = await ask(`reading the lag of ${group}`, fetchLag(admin, topic, group), group);
      const first = firstWaiting(partitions);
      const waitingSince = () =>
        ask(`reading the age of messages in ${topic}`, publishedAt(admin, topic, first, ageWaitMs));
      return { counted: true, partitions, waitingSince };
    },
    tail: async () => {
      const ends = await ask(`reading the end of ${topic}`, fetchEnds(admin, topic));
      return {
        includes: ({ origin }) => BigInt(origin.offset) < (ends.get(origin.partition) ?? 0n),
        settledBy: (group) =>
          ask(`reading the offsets of ${group}`, hasSettled(admin, topic, group, ends), group),
      };
    },
    expired: (group) => ask(`reading the offsets of ${group}`, fetchExpired(admin, topic, group)),
    async [Symbol.asyncDispose]() {
      const disconnecting = atMost(closeGraceMs, admin.disconnect());
      await Promise.all([deadLetters[Symbol.asyncDispose](), idle[Symbol.asyncDispose](), disconnecting]);
    },
  };
}
