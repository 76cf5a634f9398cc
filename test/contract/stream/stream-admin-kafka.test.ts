import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { openKafkaAdmin } from '../../../src/core/stream/kafka/admin.js';
import { freshName, freshStream, openStream } from '../../support/fresh.js';
import { sharedStack } from '../../support/stack.js';
import { streamAdminContract, type Administered } from './stream-admin.js';

async function openBoth(topic: string): Promise<Administered> {
  const admin = await openKafkaAdmin({ brokers: sharedStack().brokers, topic, log: silentLog });
  onTestFinished(() => admin[Symbol.asyncDispose]());
  return { stream: await openStream(topic), admin };
}

describe('Kafka', () => {
  streamAdminContract(async (partitions) => openBoth((await freshStream(partitions)).topic));

  it('keeps what it was told of a topic, and shows only that', async () => {
    const topic = freshName('topic');
    const { stream, admin } = await openBoth(topic);
    const settings = new Map([['cleanup.policy', 'compact']]);
    await stream.createTopic({ partitions: 1, replicationFactor: 1, retentionMs: Infinity, settings });
    const { settings: found } = await admin.describeTopic(topic);
    expect(new Map(found.map(({ name, value }) => [name, value]))).toEqual(
      new Map([
        ['cleanup.policy', 'compact'],
        ['max.message.bytes', '8388608'],
        ['message.timestamp.type', 'LogAppendTime'],
        ['retention.ms', '-1'],
      ]),
    );
  });

  it.each([
    ['an unknown setting', { settings: new Map([['colour', 'red']]) }, /Unknown topic config name: colour$/],
    ['a wrong value', { settings: new Map([['retention.ms', 'long']]) }, /retention\.ms: Not a number/],
  ])('says what is wrong with %s, and creates nothing', async (_, wrong, message) => {
    const topic = freshName('topic');
    const { stream, admin } = await openBoth(topic);
    await expect(stream.createTopic({ partitions: 1, replicationFactor: 1, ...wrong })).rejects.toMatchObject(
      { code: 'USAGE', message: expect.stringMatching(message) as string },
    );
    await expect(admin.describeTopic(topic)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  it("shows the brokers' own topics as internal", async () => {
    const { stream, admin } = await openBoth((await freshStream(1)).topic);
    await admin.planReset({ topic: stream.topic, group: freshName('group'), to: 'latest' });
    const internal = (await admin.topics()).filter((summary) => summary.internal);
    expect(internal.map(({ topic }) => topic)).toContain('__consumer_offsets');
    expect(await admin.topicNames()).toEqual(expect.arrayContaining([stream.topic, '__consumer_offsets']));
  });
});
