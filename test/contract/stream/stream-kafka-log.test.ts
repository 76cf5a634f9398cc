import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import type { Delivery, Expired } from '../../../src/core/stream/port.js';
import {
  freshName,
  freshStream,
  joinGroup,
  lagOf,
  numbered,
  publish,
  take,
  textOf,
  texts,
} from '../../support/fresh.js';
import { createAgain, expire, kafkaAdmin } from '../../support/kafka-admin.js';

const patience = { timeout: 30_000, interval: 100 };

function settleAll(deliveries: readonly Delivery[]): void {
  for (const delivery of deliveries) delivery.settle();
}

describe('messages that retention deleted before they were read', () => {
  it('are reported by offsets, to a new group as to one that is behind', async () => {
    const stream = await freshStream(2);
    await publish(stream, numbered(20));
    const group = freshName('group');
    const expired: Expired[] = [];
    await expire(stream.topic, { 0: 4 });
    expect(await stream.expired(group)).toEqual([{ partition: 0, from: 0n, to: 4n }]);

    const member = await joinGroup(stream, group, 32, (gone) => expired.push(gone));
    const deliveries = member.deliveries[Symbol.asyncIterator]();
    settleAll(await take(deliveries, 16));
    expect(expired).toEqual([{ partition: 0, from: 0n, to: 4n }]);
    await member.leave();

    await publish(stream, numbered(20));
    await expire(stream.topic, { 0: 13, 1: 20 });
    await publish(stream, numbered(2));
    const behind = await joinGroup(stream, group, 32, (gone) => expired.push(gone));
    settleAll(await take(behind.deliveries[Symbol.asyncIterator](), 9));
    expect(expired.slice(1).sort((a, b) => a.partition - b.partition)).toEqual([
      { partition: 0, from: 10n, to: 13n },
      { partition: 1, from: 10n, to: 20n },
    ]);
    await behind.leave();
    expect(await stream.expired(group)).toEqual([]);
  });

  it('are reported where nothing is left of a partition, and do not keep a group from being drained', async () => {
    const stream = await freshStream(1);
    await publish(stream, numbered(5));
    const tail = await stream.tail();
    const group = freshName('group');
    await expire(stream.topic, { 0: 5 });
    expect(await tail.settledBy(group)).toBe(true);
    expect(await stream.expired(group)).toEqual([{ partition: 0, from: 0n, to: 5n }]);
  });
});

/** A topic of one partition whose 20 messages a member has taken, and not settled. */
async function twentyTaken() {
  const stream = await freshStream(1);
  await publish(stream, numbered(20));
  const group = freshName('group');
  const { deliveries, leave } = await joinGroup(stream, group, 100);
  const iterator = deliveries[Symbol.asyncIterator]();
  const taken = await take(iterator, 20);
  const committed = async (): Promise<unknown> => (await lagOf(stream, group))[0]?.currentOffset;
  const untilCommitted = (offset: number): Promise<void> =>
    vi.waitFor(async () => {
      expect(await committed()).toBe(offset);
    }, patience);
  return { stream, group, iterator, leave, taken, committed, untilCommitted };
}

describe('a topic that is deleted and created again while it is read', () => {
  it.each([
    ['with fewer messages than had been read', 6, 'deleted'],
    ['with more messages than had been read', 60, 'deleted'],
    ['though a message of the old one is settled late', 60, 'created'],
  ])('is read from its beginning: %s', async (_, count, settledOnce) => {
    const { stream, group, iterator, taken, committed, untilCommitted } = await twentyTaken();
    // One is left unsettled: the commit of the old topic must not go into the new one.
    settleAll(taken.slice(0, 19));
    await untilCommitted(19);

    await createAgain(stream, () => {
      if (settledOnce === 'deleted') settleAll(taken.slice(19));
    });
    if (settledOnce === 'created') settleAll(taken.slice(19));
    const tail = publish(stream, numbered(count)).then(() => stream.tail());
    // What was fetched before it is noticed is handed out first, and again in its place.
    const again: Delivery[] = [];
    const fromBeginning = () => isDeepStrictEqual(again.slice(-count).map(textOf), texts(count));
    while (!fromBeginning()) again.push(...(await take(iterator, 1)));
    settleAll(again);
    await vi.waitFor(async () => {
      expect(await (await tail).settledBy(group)).toBe(true);
    }, patience);
    expect(await committed()).toBe(count);
  });
});

describe('a topic that is created again is read in full', () => {
  it.each([
    ['though all of the old one was settled', 60, 'before'],
    ['though it ends where the old one did', 20, 'before'],
    ['though nothing of the old one was settled before', 60, 'after'],
  ])('%s', async (_, count, settledOnce) => {
    const { stream, group, iterator, leave, taken, committed, untilCommitted } = await twentyTaken();
    if (settledOnce === 'before') {
      settleAll(taken);
      await untilCommitted(20);
    }
    await createAgain(stream);
    await publish(stream, numbered(count));
    const tail = await stream.tail();
    // Those that are read before it is noticed are delivered twice, so it is read until all is settled.
    const seen = new Set<string>();
    const reading = (async () => {
      for await (const delivery of { [Symbol.asyncIterator]: () => iterator }) {
        seen.add(textOf(delivery));
        delivery.settle();
        if (settledOnce === 'after') settleAll(taken.splice(0));
      }
    })();
    await vi.waitUntil(() => tail.settledBy(group), patience);
    expect(await committed()).toBe(count);
    expect([...seen].sort()).toEqual(texts(count).sort());
    await leave();
    await reading;
  });
});

it('a topic that is created again is noticed by all lanes that had published to it', async () => {
  const stream = await freshStream(1);
  await using first = await stream.publisher();
  await using second = await stream.publisher();
  await first.publish(numbered(5));
  await second.publish(numbered(5));
  await createAgain(stream);
  await expect(second.publish(numbered(6))).rejects.toMatchObject({ code: 'TOPIC_RECREATED' });
  await expect(first.publish(numbered(1))).rejects.toMatchObject({ code: 'TOPIC_RECREATED' });
  await second.publish(numbered(2));
  await second.confirm();
});

it('what was published is not confirmed where the topic was created again meanwhile', async () => {
  const stream = await freshStream(1);
  await using publisher = await stream.publisher();
  await publisher.publish(numbered(5));
  await publisher.confirm();
  await createAgain(stream);
  await expect(publisher.confirm()).rejects.toMatchObject({ code: 'TOPIC_RECREATED' });
}, 60_000);

it('reads partitions that are added while it reads', async () => {
  const stream = await freshStream(1);
  const { deliveries } = await joinGroup(stream, freshName('group'));
  const admin = await kafkaAdmin();
  await admin.createPartitions({ topicPartitions: [{ topic: stream.topic, count: 3 }] });
  await publish(stream, numbered(9));
  const seen = new Set<number>();
  for await (const { origin } of deliveries) if (seen.add(origin.partition).size === 3) break;
  expect([...seen].sort()).toEqual([0, 1, 2]);
}, 30_000);

it('leaves no member behind that was still joining when it was stopped', async () => {
  const stream = await freshStream(3);
  const group = freshName('group');
  const stop = new AbortController();
  const options = { group, prefetch: 1, sessionTimeoutMs: 30_000, signal: stop.signal };
  const joining = [1, 2, 3].map(() => stream.subscribe(options));
  const admin = await kafkaAdmin();
  const state = async (): Promise<unknown> => (await admin.describeGroups([group])).groups[0]?.state;
  await vi.waitFor(async () => {
    expect(await state()).not.toBe('Dead');
  }, patience);
  stop.abort(new Error('stopped'));
  const members = await Promise.allSettled(joining);
  for (const member of members) if (member.status === 'fulfilled') await member.value[Symbol.asyncDispose]();
  expect(await state()).toBe('Empty');
});
