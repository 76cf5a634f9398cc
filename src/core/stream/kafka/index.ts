import { atMost, unlessAborted, untilAborted } from '../../abort.js';
import { untilItWorks } from '../../retry.js';
import { closeGraceMs } from '../closing.js';
import { DeadLetters, deadLetterTopicOf } from '../dead-letters.js';
import type { FrameStream } from '../port.js';
import { browse } from './browse.js';
import { connectAdmin, createClient, type KafkaConfig } from './client.js';
import { ensureDeadLetterTopic } from './dead-letter-topic.js';
import { fetchLag, firstWaiting } from './lag.js';
import { openPublisher } from './publisher.js';
import { openSubscription } from './subscription.js';
import { countPartitions, createTopic, fetchEnds, hasSettled } from './topics.js';
import { answered } from './unavailable.js';
import { publishedAt } from './waiting.js';

export type { KafkaConfig };
export { revealsSecret, type KafkaSecurity, type Login, type Tls } from './security.js';

const ageWaitMs = 500;
const uninterrupted = new AbortController().signal;

/** Opens a Kafka topic as a stream of frames. @throws MvsError BROKER_UNAVAILABLE where no broker answers, CONFIG where it refuses. */
export async function openKafka(config: KafkaConfig): Promise<FrameStream> {
  const { topic, log, compression } = config;
  const connection = await connectAdmin(config);
  const { admin, standing, hasCoordinator } = connection;
  // kafkajs begins with the first address.
  const client = createClient({ ...config, brokers: standing.given });
  const ask = <T>(doing: string, question: Promise<T>, group?: string): Promise<T> =>
    answered(connection, { doing, topic, ...(group !== undefined && { group }) }, question);
  const count = (): Promise<number> => ask(`reading topic ${topic}`, countPartitions(admin, topic));
  const deadLetterTopic = deadLetterTopicOf(topic);
  const deadLetters = new DeadLetters(async () => {
    const partitions = await ensureDeadLetterTopic(admin, deadLetterTopic);
    return openPublisher(client, { topic: deadLetterTopic, partitions });
  });
  return {
    topic,
    servers: standing,
    createTopic: (spec) => ask(`creating the topic ${topic}`, createTopic(admin, topic, spec)),
    partitions: count,
    publisher: async (signal = uninterrupted) => {
      // A lane is opened for each video: a broker that is away then is waited for as at any other time.
      const counting = untilItWorks(count, { signal, log });
      const partitions = await unlessAborted(counting, signal);
      const opening = openPublisher(client, { topic, partitions, compression, signal });
      return ask(`connecting to publish to ${topic}`, opening);
    },
    subscribe: (options) => openSubscription({ client, admin, topic, log }, options),
    keepsSettled: true,
    browse: (group, signal) =>
      untilAborted(browse({ client, admin, topic, log, hasCoordinator }, group, signal), signal),
    deadLetterTopic,
    deadLetter: (rejected, signal) => deadLetters.send(rejected, signal),
    lag: (group) => ask(`reading the lag of ${group}`, fetchLag(admin, topic, group), group),
    waitingSince: (lag) =>
      ask(`reading the age of messages in ${topic}`, publishedAt(admin, topic, firstWaiting(lag), ageWaitMs)),
    tail: async () => {
      const ends = await ask(`reading the end of ${topic}`, fetchEnds(admin, topic));
      return {
        includes: ({ origin }) => BigInt(origin.offset) < (ends.get(origin.partition) ?? 0n),
        settledBy: (group) =>
          ask(`reading the offsets of ${group}`, hasSettled(admin, topic, group, ends), group),
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([deadLetters[Symbol.asyncDispose](), atMost(closeGraceMs, admin.disconnect())]);
    },
  };
}
