import { expect, it, vi } from 'vitest';
import type { Subscription } from '../../../src/core/stream/port.js';
import { freshName, freshStream, joinGroup, lagOf, numbered, publish, take } from '../../support/fresh.js';
import { kafkaAdmin } from '../../support/kafka-admin.js';

/** Longer than a member that is idle needs for a fetch. */
const quietMs = 1_500;

it('a member settles what it has taken before another one gets its partitions, also where nothing is left to read', async () => {
  const stream = await freshStream(2);
  const group = freshName('group');
  const first = await joinGroup(stream, group);
  await publish(stream, numbered(10));
  const taken = await take(first.deliveries[Symbol.asyncIterator](), 10);
  const joining = joinGroup(stream, group);
  await untilItStopsFetching(first);
  for (const delivery of taken) delivery.settle();
  const second = await joining;
  await vi.waitUntil(() => [first, second].every(({ partitions }) => partitions.length === 1), 30_000);
  expect((await lagOf(stream, group)).map(({ currentOffset, lag }) => [currentOffset, lag])).toEqual([
    [5, 0],
    [5, 0],
  ]);
});

it('a member that stops while the group rebalances does not join again: the others would wait for it', async () => {
  const [stream, admin] = await Promise.all([freshStream(2), kafkaAdmin()]);
  const group = freshName('group');
  const members = await Promise.all([joinGroup(stream, group), joinGroup(stream, group)]);
  const [leaving, busy] = members;
  await vi.waitUntil(() => members.every(({ partitions }) => partitions.length === 1), 30_000);
  await publish(stream, numbered(10));
  const taken = await Promise.all(
    members.map(({ deliveries }) => take(deliveries[Symbol.asyncIterator](), 5)),
  );
  const joining = joinGroup(stream, group);
  await Promise.all(members.map(untilItStopsFetching));
  await leaving.leave();
  const { groups } = await admin.describeGroups([group]);
  expect(groups.map(({ state, members }) => [state, members.length])).toEqual([['PreparingRebalance', 2]]);
  for (const delivery of taken.flat()) delivery.settle();
  const newcomer = await joining;
  await vi.waitUntil(() => [busy, newcomer].every(({ partitions }) => partitions.length === 1), 30_000);
});

/** As a member does that has heard of a rebalance; or until the rebalance is over. */
async function untilItStopsFetching(member: Subscription): Promise<void> {
  let [polls, since] = [member.polls, Date.now()];
  const held = member.partitions;
  const stopped = (): boolean => {
    if (member.polls !== polls) [polls, since] = [member.polls, Date.now()];
    return Date.now() - since > quietMs || member.partitions !== held;
  };
  await vi.waitUntil(stopped, { timeout: 30_000, interval: 20 });
}
