import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { Kafka, logLevel } from 'kafkajs';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { layoutOf, markOf } from '../../../src/core/stack/layout.js';
import { findProcess } from '../../../src/core/stack/processes.js';
import { up, type RunningStack, type StackSite } from '../../../src/core/stack/index.js';
import { freshHome, pidOf, sharedStack } from '../../support/stack.js';

/** Only one server each is started: the shared stack stands in for the other. */
const databaseOnly = (site: StackSite) =>
  up({ ...site, kafkaPort: 0, mongoPort: 0, mongo: 'emulator', brokers: sharedStack().brokers });
const brokerOnly = (site: StackSite) =>
  up({ ...site, kafkaPort: 0, mongoPort: 0, kafka: 'java', store: sharedStack().store });

test('every acknowledged insert survives kill -9 of the database, and nothing is there by half', async () => {
  const site = freshHome();
  let stack = await databaseOnly(site);
  const acknowledged: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    await insertUntilKilled(stack, round, acknowledged);
    stack = await databaseOnly(site);
    await using client = new MongoClient(stack.store);
    const frames = client.db().collection<{ frame: number }>('frames');
    const stored = await frames.distinct('frame');
    expect(acknowledged.filter((frame) => !stored.includes(frame))).toEqual([]);
    expect(await frames.countDocuments()).toBe(stored.length);
    // The unique index knows exactly what the collection holds: each frame is refused, none is stored again.
    const again = frames.insertMany(
      stored.map((frame) => ({ frame })),
      { ordered: false },
    );
    await expect(again).rejects.toMatchObject({ insertedCount: 0, code: 11000 });
    expect(await frames.countDocuments()).toBe(stored.length);
  }
  expect(acknowledged.length).toBeGreaterThan(100);
});

async function insertUntilKilled(stack: RunningStack, round: number, acknowledged: number[]): Promise<void> {
  await using client = new MongoClient(stack.store, { serverSelectionTimeoutMS: 500 });
  const frames = client.db().collection<{ frame: number }>('frames');
  await frames.createIndexes([{ key: { frame: 1 }, unique: true }]);
  let open = true;
  const target = acknowledged.length + 150;
  const writer = async (lane: number) => {
    for (let batch = 0; open; batch += 1) {
      const from = ((round * 8 + lane) * 10_000 + batch) * 8;
      const documents = Array.from({ length: 8 }, (_, n) => ({ frame: from + n }));
      try {
        await frames.insertMany(documents, {
          ordered: false,
          writeConcern: { w: 'majority', journal: true },
        });
      } catch {
        open = false;
        return;
      }
      acknowledged.push(...documents.map(({ frame }) => frame));
    }
  };
  const writers = [0, 1, 2, 3].map(writer);
  await vi.waitUntil(() => acknowledged.length >= target, { timeout: 60_000, interval: 5 });
  process.kill(pidOf(stack.servers, 'mongodb'), 'SIGKILL');
  await Promise.all(writers);
}

test('every acknowledged message survives kill -9 of the broker, which is ready when up says so', async () => {
  const site = freshHome();
  const first = await brokerOnly(site);
  const acknowledged = await produceUntilKilled(first);
  const second = await brokerOnly(site);
  expect(second.brokers).toEqual(first.brokers);
  // No retries: ready means ready, for topics, messages and groups.
  const kafka = client(second, 0);
  const producer = kafka.producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  await producer.send({ topic: 'frames', acks: -1, messages: [{ value: 'last' }] });
  const admin = kafka.admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  const [partition] = await admin.fetchTopicOffsets('frames');
  expect(Number(partition?.offset)).toBeGreaterThan(acknowledged);
  await admin.setOffsets({ groupId: 'group', topic: 'frames', partitions: [{ partition: 0, offset: '1' }] });
});

async function produceUntilKilled(stack: RunningStack): Promise<number> {
  const kafka = client(stack, 0);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'frames', numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer();
  await producer.connect();
  let acknowledged = 0;
  try {
    for (;;) {
      await producer.send({ topic: 'frames', acks: -1, messages: [{ value: 'x'.repeat(1_000) }] });
      acknowledged += 1;
      if (acknowledged === 300) process.kill(pidOf(stack.servers, 'kafka'), 'SIGKILL');
    }
  } catch {
    await producer.disconnect();
  }
  return acknowledged;
}

function client(stack: RunningStack, retries: number): Kafka {
  return new Kafka({ brokers: stack.brokers, logLevel: logLevel.NOTHING, retry: { retries } });
}

test('up that was killed -9 while its database started is taken over by the next', async () => {
  const site = freshHome();
  const mark = markOf(layoutOf(site.home), 'mongodb');
  const script = `
    import { up } from ${JSON.stringify(new URL('../../../src/core/stack/index.ts', import.meta.url).href)};
    const nothing = () => undefined;
    await up({ ...JSON.parse(process.argv[1]), log: { debug: nothing, info: nothing, warn: nothing } });`;
  const options = { ...site, kafkaPort: 0, mongoPort: 0, mongo: 'emulator', brokers: sharedStack().brokers };
  const child = execa(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script, JSON.stringify(options)],
    { reject: false },
  );
  const pid = await vi.waitUntil(() => findProcess([mark]), { timeout: 60_000, interval: 10 });
  child.kill('SIGKILL');
  await child;
  expect(existsSync(join(site.home, 'stack', 'lock'))).toBe(true);
  const stack = await databaseOnly(site);
  expect(pidOf(stack.servers, 'mongodb')).toBe(pid);
});
