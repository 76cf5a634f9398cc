import { atMost, never, untilAborted } from '../../base/abort.js';
import { closeGraceMs } from '../closing.js';
import { keepDeadLetters } from '../dead-letters.js';
import type { FrameStream } from '../port.js';
import { browse } from './browse.js';
import { connect, disconnect, type PubSubConfig } from './client.js';
import { lettersOf } from './dead-letter-policy.js';
import { maxBytes, openPublisher } from './publisher.js';
import { Quiet } from './quiet.js';
import { openSubscription } from './subscription.js';
import { createWithSubscription } from './subscriptions.js';
import { getTopic } from './topics.js';

export type { PubSubConfig };

/** Opens a topic of Google Cloud Pub/Sub as a stream of frames. @throws MvsError CONFIG where there are no credentials */
export async function openPubSub(config: PubSubConfig): Promise<FrameStream> {
  const { topic } = config;
  const connection = await connect(config);
  const deadLetters = keepDeadLetters(topic, async () => {
    const letters = lettersOf(connection);
    await createWithSubscription(letters, { partitions: 1, replicationFactor: 1 });
    return openPublisher(letters, { maxBytes: maxBytes.deadLetter, signal: never });
  });
  const groups = new Map<string, Quiet>();
  const quietOf = (group: string): Quiet => {
    const quiet = groups.get(group) ?? new Quiet();
    groups.set(group, quiet);
    return quiet;
  };
  return {
    ...deadLetters,
    topic,
    capabilities: { partitions: false, counts: false, showsGroups: false, keepsSettled: false },
    createTopic: (spec) => createWithSubscription(connection, spec),
    partitions: async () => {
      await getTopic(connection);
      return Infinity;
    },
    publisher: (signal = never) => openPublisher(connection, { maxBytes: maxBytes.frame, signal }),
    subscribe: (options) => openSubscription(connection, options, quietOf(options.group)),
    browse: (group, signal) => untilAborted(browse(connection, group, signal), signal),
    lag: async () => {
      await getTopic(connection);
      // The service counts in Cloud Monitoring only, minutes late.
      const partitions = [{ topic, partition: 0, consumerId: null, host: null }];
      return { counted: false, partitions, waitingSince: () => Promise.resolve(new Map()) };
    },
    expired: () => Promise.resolve([]),
    tail: () => {
      const [at, since] = [Date.now(), performance.now()];
      return Promise.resolve({
        includes: ({ publishedAt }) => publishedAt.getTime() <= at,
        settledBy: (group) => Promise.resolve(quietOf(group).isOver(since)),
      });
    },
    async [Symbol.asyncDispose]() {
      await deadLetters[Symbol.asyncDispose]();
      await atMost(closeGraceMs, disconnect(connection));
    },
  };
}
