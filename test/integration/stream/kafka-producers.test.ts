import type { Kafka } from 'kafkajs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { TopicLog } from '../../../src/core/stream/kafka/acknowledged.js';
import { BrokerClock } from '../../../src/core/stream/kafka/broker-clock.js';
import { createClient } from '../../../src/core/stream/kafka/client.js';
import { fetchEnds } from '../../../src/core/stream/kafka/offsets.js';
import { IdleProducers } from '../../../src/core/stream/kafka/idle-producers.js';
import { openPublisher } from '../../../src/core/stream/kafka/publisher.js';
import type { Publisher } from '../../../src/core/stream/port.js';
import { freshStream, numbered } from '../../support/fresh.js';
import { kafkaAdmin } from '../../support/kafka-admin.js';
import { sharedStack } from '../../support/stack.js';

/** Opens publishers as a stream does, and counts the producers that are connected for them. */
async function publishers() {
  const { topic } = await freshStream(1);
  const admin = await kafkaAdmin();
  const client: Kafka = createClient({ brokers: sharedStack().brokers, topic, log: silentLog });
  const connected = vi.spyOn(client, 'producer');
  const counted = vi.spyOn(admin, 'fetchTopicMetadata');
  const idle = new IdleProducers();
  onTestFinished(() => idle[Symbol.asyncDispose]());
  const shared = { client, admin, topic, log: silentLog, acknowledged: new TopicLog(), idle };
  const open = (signal?: AbortSignal): Promise<Publisher> =>
    openPublisher({ ...shared, clock: new BrokerClock(silentLog), signal });
  return { open, connected, counted, end: async () => (await fetchEnds(admin, topic)).get(0) };
}

test('a publisher begins with the producer of one that is done', async () => {
  const { open, connected, counted, end } = await publishers();
  for (let video = 1; video <= 3; video += 1) {
    await using publisher = await open();
    await publisher.publish(numbered(2));
    await publisher.confirm();
  }
  expect(connected).toHaveBeenCalledTimes(1);
  expect(counted).toHaveBeenCalledTimes(1);
  expect(await end()).toBe(6n);
});

test('publishers at the same time have producers of their own', async () => {
  const { open, connected, end } = await publishers();
  {
    await using one = await open();
    await using other = await open();
    await Promise.all([one.publish(numbered(1)), other.publish(numbered(1))]);
  }
  await using next = await open();
  await next.publish(numbered(1));
  expect(connected).toHaveBeenCalledTimes(2);
  expect(await end()).toBe(3n);
});

test('a producer whose send was interrupted, or has failed, is not used again', async () => {
  const { open, connected } = await publishers();
  const interrupt = new AbortController();
  {
    await using publisher = await open(interrupt.signal);
    const publishing = publisher.publish(numbered(1));
    interrupt.abort(new Error('interrupted'));
    await expect(publishing).rejects.toThrow('interrupted');
  }
  {
    await using publisher = await open();
    const large = numbered(1).map((message) => ({ ...message, value: Buffer.alloc(9 << 20) }));
    await expect(publisher.publish(large)).rejects.toMatchObject({ code: 'USAGE' });
  }
  await using publisher = await open();
  await publisher.publish(numbered(1));
  expect(connected).toHaveBeenCalledTimes(3);
});
