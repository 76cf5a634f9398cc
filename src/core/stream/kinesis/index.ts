import { never, unlessAborted, untilAborted } from '../../base/abort.js';
import type { Log } from '../../base/log.js';
import { keepDeadLetters } from '../dead-letters.js';
import { untilItWorks } from '../../base/retry.js';
import { isTopicMissing } from '../if-there.js';
import type { FrameStream } from '../port.js';
import { browse } from './browse.js';
import { calm, connect, isThrottled } from './client.js';
import { createStream } from './create-stream.js';
import { LeaseStore } from './lease-store.js';
import { fetchOwners, tailOf, waitingSince } from './position.js';
import { openPublisher } from './publisher.js';
import { describe, maxRecordKiB } from './streams.js';
import { openSubscription } from './subscription.js';

export interface KinesisConfig {
  readonly region: string;
  readonly topic: string;
  /** URL of the MongoDB that keeps leases and checkpoints; connected to when they are needed. */
  readonly store: string;
  readonly log: Log;
}

const ageWaitMs = 500;

/** Opens a stream of Kinesis as a stream of frames. @throws MvsError BROKER_UNAVAILABLE where AWS does not answer, CONFIG where it refuses. */
export async function openKinesis(config: KinesisConfig): Promise<FrameStream> {
  const { region, topic } = config;
  const connection = connect(region);
  const { client } = connection;
  const log = calm(config.log);
  const context = { client, topic, log };
  const store = new LeaseStore(config.store);
  let id: string | undefined;
  const findId = async () => (id ??= (await describe(client, topic)).id);
  const leases = async (group: string) => store.of(await findId(), group);
  const positions = { ...connection, topic, leases };
  const deadLetters = keepDeadLetters(topic, async (letters) => {
    const { maxRecordBytes } = await describe(client, topic);
    const size = Math.min(maxRecordKiB, (2 * maxRecordBytes) >> 10);
    const settings = new Map([['MaxRecordSizeInKiB', String(size)]]);
    await createStream(client, letters, { partitions: 1, replicationFactor: 1, settings });
    return openPublisher({ ...context, topic: letters }, never, true);
  });
  try {
    await describe(client, topic);
  } catch (error) {
    if (!isTopicMissing(error) && !isThrottled(error)) {
      client.destroy();
      throw error;
    }
  }
  return {
    ...deadLetters,
    topic,
    capabilities: { partitions: true, counts: false, showsGroups: true, keepsSettled: true },
    createTopic: (spec) => createStream(client, topic, spec),
    partitions: async () => (await describe(client, topic)).openShards,
    publisher: (signal = never) => openPublisher(context, signal),
    subscribe: async (options) => {
      const { signal } = options;
      // Of many members that start at once some are throttled.
      await unlessAborted(untilItWorks(findId, { signal, log }), signal);
      return openSubscription(context, await leases(options.group), options);
    },
    browse: (group, signal) => untilAborted(browse({ ...positions, log, signal }, group), signal),
    // Kinesis counts no messages.
    lag: async (group) => ({
      counted: false,
      partitions: await fetchOwners(positions, group),
      waitingSince: () => waitingSince(positions, group, ageWaitMs),
    }),
    expired: () => Promise.resolve([]),
    tail: () => tailOf(positions),
    async [Symbol.asyncDispose]() {
      await deadLetters[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      client.destroy();
    },
  };
}
