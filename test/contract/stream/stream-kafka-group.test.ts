import { expect, it, vi } from 'vitest';
import type { Subscription } from '../../../src/core/stream/port.js';
import { freshName, freshStream, joinGroup, lagOf, numbered, publish, take } from '../../support/fresh.js';

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

/** As a member does that has heard of a rebalance; or until the rebalance is over. */
async function untilItStopsFetching(member: Subscription): Promise<void> {
  let [polls, since] = [member.polls, Date.now()];
  const stopped = (): boolean => {
    if (member.polls !== polls) [polls, since] = [member.polls, Date.now()];
    return Date.now() - since > quietMs || member.partitions.length < 2;
  };
  await vi.waitUntil(stopped, { timeout: 30_000, interval: 20 });
}
