import type { Admin } from 'kafkajs';
import { MvsError } from '../../errors.js';
import { ifThere } from '../if-there.js';
import { countPartitions, createTopic, maxMessageBytes } from './topics.js';

/**
 * Creates a topic of dead letters where there is none: only then the right to do so is needed.
 * @throws MvsError CONFIG where that right is missing
 */
export async function ensureDeadLetterTopic(admin: Admin, topic: string): Promise<void> {
  if ((await ifThere(countPartitions(admin, topic))) !== undefined) return;
  const spec = { partitions: 1, replicationFactor: -1 };
  await withLargestMessages((bytes) => createTopic(admin, topic, spec, bytes));
}

/** Larger than what the topic takes: reason and origin come on top. Some services allow no more than 8 MiB. */
export async function withLargestMessages(create: (bytes: number) => Promise<unknown>): Promise<void> {
  try {
    await create(2 * maxMessageBytes);
  } catch (error) {
    if (!(error instanceof MvsError && error.code === 'USAGE')) throw error;
    await create(maxMessageBytes);
  }
}
