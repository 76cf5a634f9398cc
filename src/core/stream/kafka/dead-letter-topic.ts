import type { Admin } from 'kafkajs';
import { atMost } from '../../base/abort.js';
import { MvsError } from '../../base/errors.js';
import { closeGraceMs } from '../closing.js';
import { ifThere } from '../if-there.js';
import type { Publisher } from '../port.js';
import { connectAdmin, type KafkaConfig } from './client.js';
import { openPublisher, type PublisherContext } from './publisher.js';
import { countPartitions, createTopic, maxMessageBytes } from './topics.js';

/**
 * Creates a topic of dead letters unless it exists: only then is the right to do so needed.
 * @throws MvsError CONFIG where that right is missing
 */
async function ensureDeadLetterTopic(admin: Admin, topic: string): Promise<void> {
  if ((await ifThere(countPartitions(admin, topic))) !== undefined) return;
  const spec = { partitions: 1, replicationFactor: -1 };
  await withLargestMessages((bytes) => createTopic(admin, topic, spec, bytes));
}

/** Larger than what the topic takes, because reason and origin are added. Some services allow no more than 8 MiB. */
export async function withLargestMessages(create: (bytes: number) => Promise<unknown>): Promise<void> {
  try {
    await create(2 * maxMessageBytes);
  } catch (error) {
    if (!(error instanceof MvsError && error.code === 'USAGE')) throw error;
    await create(maxMessageBytes);
  }
}

/**
 * Publishes dead letters; creates their topic where there is none. With connections of its own, because kafkajs asks for all topics of a
 * client at once, and fails all of them where one was deleted.
 */
export async function openDeadLetterPublisher(
  config: KafkaConfig,
  { topic, ...context }: Omit<PublisherContext, 'admin'>,
): Promise<Publisher> {
  const { admin } = await connectAdmin(config);
  const close = (): Promise<void> => atMost(closeGraceMs, admin.disconnect());
  try {
    await ensureDeadLetterTopic(admin, topic);
    const publisher = await openPublisher({ ...context, admin, topic });
    return {
      publish: (messages) => publisher.publish(messages),
      confirm: () => publisher.confirm(),
      async [Symbol.asyncDispose]() {
        await publisher[Symbol.asyncDispose]();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
