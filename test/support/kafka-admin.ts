import { Kafka, logLevel, type Admin } from 'kafkajs';
import { expect, onTestFinished, vi } from 'vitest';
import type { FrameStream } from '../../src/core/stream/port.js';
import { sharedStack } from './stack.js';

/** Does to a broker, the shared one unless others are given, what an operator, or time, does to one. */
export async function kafkaAdmin(brokers: readonly string[] = sharedStack().brokers): Promise<Admin> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
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

export async function deleteTopic(topic: string, brokers?: readonly string[]): Promise<void> {
  const admin = await kafkaAdmin(brokers);
  await admin.deleteTopics({ topics: [topic] });
}

/** Deletes the topic of a stream and creates it with one partition. @param meanwhile called while there is none */
export async function createAgain(stream: FrameStream, meanwhile = (): void => undefined): Promise<void> {
  await deleteTopic(stream.topic);
  meanwhile();
  // A topic that was deleted may exist for a moment longer.
  await vi.waitFor(
    async () => {
      expect(await stream.createTopic({ partitions: 1, replicationFactor: 1 })).toBe(true);
    },
    { timeout: 30_000, interval: 100 },
  );
}
