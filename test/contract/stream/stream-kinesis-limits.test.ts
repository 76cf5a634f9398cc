import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { DeliveryQueue } from '../../../src/core/stream/delivery-queue.js';
import { unread } from '../../../src/core/stream/kinesis/leases.js';
import type { AssignedDelivery } from '../../../src/core/stream/group-member.js';
import { ShardReader } from '../../../src/core/stream/kinesis/shard-reader.js';
import { listShards } from '../../../src/core/stream/kinesis/streams.js';
import { freshName, joinGroup, numbered, publish, take, textOf, texts } from '../../support/fresh.js';
import { freshKinesis, kinesisClient, useKinesis } from '../../support/kinesis.js';
import { refusal } from '../../support/kinesis-proxy.js';

const noop = (): void => undefined;

describe('within the limits of Kinesis', () => {
  const kinesis = useKinesis();

  it('members join though the service throttles for longer than the SDK asks', async () => {
    const refused = new Map([
      ['DescribeStreamSummary', 7],
      ['ListShards', 4],
    ]);
    const stream = await kinesis.behind(({ action }) => {
      const left = refused.get(action) ?? 0;
      refused.set(action, left - 1);
      return left > 0 ? refusal('LimitExceededException') : undefined;
    });
    const member = await joinGroup(stream, freshName('group'));
    await vi.waitUntil(() => member.partitions.length === 1, 60_000);
  });

  it('a read that was refused is repeated, and nothing is missed', async () => {
    let reads = 0;
    const stream = await kinesis.behind(({ action }) => {
      if (action !== 'GetRecords') return undefined;
      reads += 1;
      return reads >= 2 && reads <= 5 ? refusal('ProvisionedThroughputExceededException') : undefined;
    });
    await publish(stream, numbered(50));
    const { deliveries } = await joinGroup(stream, freshName('group'));
    const taken = await take(deliveries[Symbol.asyncIterator](), 50);
    expect(taken.map(textOf)).toEqual(texts(50));
  });

  it('a shard is read five times a second at most', async () => {
    const reads: number[] = [];
    const stream = await kinesis.behind(({ action }) => {
      if (action === 'GetRecords') reads.push(performance.now());
      return undefined;
    });
    await publish(stream, numbered(50));
    const member = await joinGroup(stream, freshName('group'), 100);
    await take(member.deliveries[Symbol.asyncIterator](), 50);
    await vi.waitUntil(() => reads.length > 7, 60_000);
    const sixes = reads.slice(5).map((at, n) => at - (reads[n] ?? 0));
    expect(Math.min(...sixes)).toBeGreaterThan(1000);
  });

  it('each record of a key names the one before it', async () => {
    const named: unknown[] = [];
    const given: unknown[] = [undefined];
    const stream = await kinesis.behind(({ action, body, pass }) => {
      if (action !== 'PutRecord') return undefined;
      named.push(body.SequenceNumberForOrdering);
      return pass().then((answer) => {
        given.push(answer.body.SequenceNumber);
        return answer;
      });
    });
    await publish(stream, numbered(4, true));
    expect(named).toEqual(given.slice(0, 4));
    expect(new Set(named).size).toBe(4);
  });

  it('a dead letter may be as large as a message, and have a long reason besides', async () => {
    const stream = await freshKinesis(1);
    const message = { key: null, value: Buffer.alloc((1 << 20) - 300), headers: new Map() };
    await publish(stream, [{ ...message, ordered: false }]);
    const origin = { topic: stream.topic, partition: 0, offset: '1' };
    await stream.deadLetter([{ message, origin, reason: 'x'.repeat(500) }]);
  });

  it('a stream of more shards than the account may have is refused for good', async () => {
    const message = 'This request would exceed the shard limit for the account 1 in us-east-1.';
    const body = { __type: 'LimitExceededException', message };
    const stream = await kinesis.behind(({ action }) =>
      action === 'CreateStream' ? Promise.resolve({ status: 400, body }) : undefined,
    );
    const origin = { topic: stream.topic, partition: 0, offset: '1' };
    const letter = { message: { key: null, value: null, headers: new Map() }, origin, reason: 'bad' };
    await expect(stream.deadLetter([letter])).rejects.toMatchObject({
      code: 'USAGE',
      retriable: false,
      hint: expect.stringMatching(/quota/) as string,
    });
  });

  it('what is published later does not hold up the end', async () => {
    const stream = await freshKinesis(1);
    const group = freshName('group');
    await publish(stream, numbered(2));
    const tail = await stream.tail();
    const { deliveries } = await joinGroup(stream, group);
    const taken = await take(deliveries[Symbol.asyncIterator](), 2);
    const origin = { topic: stream.topic, partition: 0, offset: '0' };
    await vi.waitUntil(() => !tail.includes({ origin, publishedAt: new Date() }), 60_000);
    // It waits behind the checkpoint.
    await publish(stream, numbered(1));
    for (const delivery of taken) delivery.settle();
    await vi.waitUntil(() => tail.settledBy(group), 60_000);
  });

  it('readers of several shards share the room of one queue', async () => {
    const stream = await freshKinesis(3);
    await publish(stream, numbered(30));
    const client = kinesisClient();
    const queue = new WatchedQueue<AssignedDelivery>(1);
    const onPoll = vi.fn();
    const context = {
      ...{ client, queue, topic: stream.topic, log: silentLog, onPoll },
      ...{ checkpoint: () => Promise.resolve(), onShardsChanged: noop, onFailure: noop },
    };
    const readers = (await listShards(client, stream.topic)).map(
      (shard) => new ShardReader(context, unread(shard)),
    );
    const reading = Promise.all(readers.map((reader) => reader.run()));
    onTestFinished(async () => {
      for (const reader of readers) reader.lose();
      queue.destroy();
      await reading;
    });
    // All of them wait for the first one to be taken.
    await vi.waitUntil(() => onPoll.mock.calls.length === 3, 60_000);
    await take(queue[Symbol.asyncIterator](), 30);
    expect(queue.overfull).toBe(0);
  });
});

/** Counts what is pushed though there is no room. */
class WatchedQueue<T> extends DeliveryQueue<T> {
  overfull = 0;

  override push(item: T): void {
    if (!this.hasRoom) this.overfull += 1;
    super.push(item);
  }
}
