import { DeleteStreamCommand, MergeShardsCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, it, vi } from 'vitest';
import type { FrameStream } from '../../../src/core/stream/port.js';
import {
  freshName,
  freshStoreUrl,
  joinGroup,
  numbered,
  publish,
  take,
  textOf,
  texts,
} from '../../support/fresh.js';
import { freshKinesis, kinesisClient, openKinesisAt, split, useKinesis } from '../../support/kinesis.js';

describe('a reshard on Kinesis', () => {
  useKinesis();

  it('keeps the order of a key over a reshard, though its first shard has not been read', async () => {
    const stream = await freshKinesis(1);
    await publish(stream, numbered(30, true).slice(0, 15));
    await split(stream);
    await publish(stream, numbered(30, true).slice(15));
    const group = freshName('group');
    const tail = await stream.tail();
    const member = await joinGroup(stream, group);
    const iterator = member.deliveries[Symbol.asyncIterator]();
    const before = await take(iterator, 15);
    expect(before.map(textOf)).toEqual(texts(15));
    // The shard that it came from is not settled yet.
    expect(member.partitions).toEqual([0]);
    for (const delivery of before) delivery.settle();
    const after = await take(iterator, 15);
    expect(after.map(textOf)).toEqual(texts(30).slice(15));
    // One of them is empty, and may be taken a moment later.
    await vi.waitFor(() => {
      expect(member.partitions).toEqual([1, 2]);
    }, 60_000);
    expect(await tail.settledBy(group)).toBe(false);
    for (const delivery of after) delivery.settle();
    await vi.waitUntil(() => tail.settledBy(group), 60_000);
  });

  it('spreads over the new shards after a reshard, without a new publisher', async () => {
    const stream = await freshKinesis(1);
    await using publisher = await stream.publisher();
    await publisher.publish(numbered(2));
    await split(stream);
    await publisher.publish(numbered(2));
    await publisher.publish(numbered(10));
    const { deliveries } = await joinGroup(stream, freshName('group'));
    const iterator = deliveries[Symbol.asyncIterator]();
    const partitions: number[] = [];
    for (const delivery of await take(iterator, 2)) delivery.settle();
    for (const { origin } of await take(iterator, 12)) partitions.push(origin.partition);
    for (const child of [1, 2]) {
      expect(partitions.filter((partition) => partition === child).length).toBeGreaterThanOrEqual(5);
    }
  });

  it('is noticed when the first shard is settled, not at the next look for new ones', async () => {
    const stream = await freshKinesis(1);
    await publish(stream, numbered(1));
    const member = await joinGroup(stream, freshName('group'));
    const iterator = member.deliveries[Symbol.asyncIterator]();
    const [first] = await take(iterator, 1);
    await split(stream);
    first?.settle();
    await vi.waitFor(() => {
      expect(member.partitions).toEqual([1, 2]);
    }, 5000);
  });

  it('by which two shards became one: that one is read when both are settled', async () => {
    const stream = await freshKinesis(2);
    await publish(stream, numbered(4));
    await merge(stream);
    await publish(stream, numbered(6).slice(4));
    const group = freshName('group');
    const member = await joinGroup(stream, group);
    const iterator = member.deliveries[Symbol.asyncIterator]();
    const before = await take(iterator, 4);
    const of = (partition: number) => before.filter(({ origin }) => origin.partition === partition);
    for (const delivery of of(0)) delivery.settle();
    await vi.waitUntil(() => !member.partitions.includes(0), 60_000);
    // Whoever joins now looks at all leases anew.
    const other = await joinGroup(stream, group);
    expect([...member.partitions, ...other.partitions]).toEqual([1]);
    await other.leave();
    for (const delivery of of(1)) delivery.settle();
    expect((await take(iterator, 2)).map(textOf).sort()).toEqual(['4', '5']);
    expect(member.partitions).toEqual([2]);
  });

  it('is not what a stream is that was made anew: it is read anew', async () => {
    const store = freshStoreUrl();
    const [topic, group] = [freshName('stream'), freshName('group')];
    for (const life of [1, 2]) {
      const stream = await openKinesisAt(topic, store);
      expect(await stream.createTopic({ partitions: 1, replicationFactor: 1 })).toBe(true);
      await publish(stream, numbered(3));
      const member = await joinGroup(stream, group);
      const taken = await take(member.deliveries[Symbol.asyncIterator](), 3);
      expect(taken.map(textOf)).toEqual(texts(3));
      for (const delivery of taken) delivery.settle();
      await member.leave();
      if (life === 1) await kinesisClient().send(new DeleteStreamCommand({ StreamName: topic }));
    }
  }, 30_000);
});

/** Makes one of the two shards of a stream. */
async function merge(stream: FrameStream): Promise<void> {
  const [ShardToMerge, AdjacentShardToMerge] = ['shardId-000000000000', 'shardId-000000000001'];
  const command = new MergeShardsCommand({ StreamName: stream.topic, ShardToMerge, AdjacentShardToMerge });
  await kinesisClient().send(command);
  await vi.waitUntil(async () => (await stream.partitions()) === 1, 60_000);
}
