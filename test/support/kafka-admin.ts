import { Kafka, logLevel, type Admin } from 'kafkajs';
import { onTestFinished } from 'vitest';
import { sharedStack } from './stack.js';

/** Does to the shared broker what an operator, or time, does to one. */
export async function kafkaAdmin(): Promise<Admin> {
  const admin = new Kafka({ brokers: sharedStack().brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  return admin;
}

/** As retention does: messages before `offset` are gone. */
export async function expire(topic: string, offsets: Readonly<Record<number, number>>): Promise<void> {
  const admin = await kafkaAdmin();
  const partitions = Object.entries(offsets).map(([partition, offset]) => ({
    ...{ partition: Number(partition), offset: String(offset) },
  }));
  // kafkajs looks for the leaders in what it knows already.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions });
}
