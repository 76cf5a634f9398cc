import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../../base/abort.js';
import { messageOf, MvsError } from '../../base/errors.js';
import { closeGraceMs } from '../closing.js';
import type { Browsed } from '../port.js';
import { ask } from './client.js';
import { openSubscription, type SubscriptionContext } from './subscription.js';
import { committedOffsets } from './offsets.js';

const reading = { prefetch: 64, sessionTimeoutMs: 10_000 };
const [maxNames, betweenNamesMs] = [20, 150];
const lookEveryMs = 10_000;

interface BrowseContext extends SubscriptionContext {
  readonly hasCoordinator: (group: string) => Promise<boolean>;
}

/**
 * What lies in a topic now. kafkajs reads as a member of a group only: one of its own, which commits nothing and is deleted
 * in the end (where that is not allowed, or it still was joining, the broker forgets it within minutes).
 */
export async function* browse(
  context: BrowseContext,
  group: string,
  signal: AbortSignal,
): AsyncGenerator<Browsed> {
  const { admin, topic, log } = context;
  const looking = Promise.all([admin.fetchTopicOffsets(topic), committedOffsets(admin, topic, group)]);
  const [offsets, committed] = await ask(`reading the end of ${topic}`, looking);
  const filled = offsets.filter(({ low, high }) => BigInt(low) < BigInt(high));
  const ends = new Map(filled.map(({ partition, high }) => [partition, BigInt(high)]));
  if (ends.size === 0) return;
  const reader = await ask(`reading ${topic}`, nameWithCoordinator(context));
  const over = new AbortController();
  using _ = whileRetentionDeletes(context, ends, over);
  try {
    const until = AbortSignal.any([signal, over.signal]);
    await using member = await openSubscription(context, { ...reading, group: reader, signal: until });
    for await (const { message, origin, publishedAt } of member.deliveries) {
      const { partition } = origin;
      const [offset, end] = [BigInt(origin.offset), ends.get(partition) ?? 0n];
      const isSettled = offset < (committed.get(partition) ?? 0n);
      if (offset < end) yield { message, origin, publishedAt, isSettled };
      if (offset + 1n >= end) ends.delete(partition);
      if (ends.size === 0) return;
    }
  } finally {
    const deleting = admin.deleteGroups([reader]).catch((error: unknown) => {
      log.debug(`the group ${reader} is left to the broker: ${messageOf(error)}`);
    });
    await atMost(closeGraceMs, deleting);
  }
}

/** What retention deletes while it is waited for is never delivered: partitions without anything left are over. */
function whileRetentionDeletes(
  { admin, topic, log }: BrowseContext,
  ends: Map<number, bigint>,
  over: AbortController,
): Disposable {
  const look = async (): Promise<void> => {
    for (const { partition, low } of await admin.fetchTopicOffsets(topic))
      if (BigInt(low) >= (ends.get(partition) ?? 0n)) ends.delete(partition);
    if (ends.size === 0) over.abort();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      log.debug(`offsets of ${topic}: ${messageOf(error)}`);
    });
  }, lookEveryMs);
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
    },
  };
}

/** The name of a group decides which broker coordinates it, and some may be down: then another name is taken. */
async function nameWithCoordinator({ hasCoordinator }: BrowseContext): Promise<string> {
  for (let n = 0; n < maxNames; n += 1) {
    const name = `mvs-dlq-list-${randomUUID()}`;
    if (await hasCoordinator(name)) return name;
    await sleep(betweenNamesMs);
  }
  throw new MvsError('BROKER_UNAVAILABLE', 'no reachable broker can coordinate consumer groups', {
    retriable: true,
    hint: 'Check the brokers with "mvs status".',
  });
}
