import { describe, expect, it, vi } from 'vitest';
import {
  browsed,
  freshName,
  freshStream,
  joinGroup,
  lagOf,
  numbered,
  openStream,
  publish,
} from '../../support/fresh.js';
import { openKafka } from '../../../src/core/stream/kafka/index.js';
import { silentLog } from '../../../src/core/base/log.js';
import { kafkaAdmin } from '../../support/kafka-admin.js';
import { streamContract } from './stream.js';

describe('Kafka', () => {
  streamContract(freshStream);

  it('stamps messages with the time of day, so that retention does not take them for ancient', async () => {
    const stream = await freshStream(1);
    const before = Date.now();
    await publish(stream, numbered(1));
    const admin = await kafkaAdmin();
    const [at] = await admin.fetchTopicOffsetsByTimestamp(stream.topic, before);
    const [after] = await admin.fetchTopicOffsetsByTimestamp(stream.topic, Date.now() + 60_000);
    expect([at?.offset, after?.offset]).toEqual(['0', '1']);
  });

  it('leaves no group behind where it was browsed', async () => {
    const stream = await freshStream(1);
    await publish(stream, numbered(1));
    const admin = await kafkaAdmin();
    const groups = async (): Promise<string[]> =>
      (await admin.listGroups()).groups.map(({ groupId }) => groupId);
    const group = freshName('group');
    expect(await browsed(stream, group)).toHaveLength(1);
    const found = (await groups()).filter((id) => id === group || id.startsWith('mvs-dlq-list-'));
    // Other tests may browse at this moment.
    await vi.waitFor(async () => {
      const still = await groups();
      expect(found.filter((id) => still.includes(id))).toEqual([]);
    }, 60_000);
  });

  it('says who holds a partition', async () => {
    const stream = await freshStream(1);
    const group = freshName('group');
    await joinGroup(stream, group);
    const [row] = await lagOf(stream, group);
    expect(row).toMatchObject({
      partition: 0,
      currentOffset: null,
      logEndOffset: 0,
      lag: 0,
      host: '127.0.0.1',
    });
    expect(row?.consumerId).toMatch(/^mvs-/);
  });

  it('refuses to create a topic twice, with too many replicas, or under a name that is none', async () => {
    const stream = await freshStream(1);
    expect(await stream.createTopic({ partitions: 1, replicationFactor: 1 })).toBe(false);
    const other = await openStream(freshName('topic'));
    await expect(other.createTopic({ partitions: 1, replicationFactor: 3 })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('3 replicas') as string,
    });
    const wrong = await openStream('no spaces please');
    await expect(wrong.createTopic({ partitions: 1, replicationFactor: 1 })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  it('says that a topic is missing', async () => {
    const stream = await openStream(freshName('missing'));
    await expect(stream.partitions()).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  it('says within seconds that no broker answers', async () => {
    const opening = openKafka({ brokers: ['127.0.0.1:1'], topic: 't', log: silentLog });
    await expect(opening).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  });
});
