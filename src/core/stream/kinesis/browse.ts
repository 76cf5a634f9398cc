import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../base/log.js';
import { unlessAborted } from '../../base/abort.js';
import { untilItWorks } from '../../base/retry.js';
import type { Browsed, Published } from '../port.js';
import { attempt } from './client.js';
import { shardEnd } from './leases.js';
import { momentOf, type Moment, type Positions } from './position.js';
import { ShardPages, toPublished } from './shard-pages.js';
import { listShards, partitionOf } from './streams.js';

interface Browsing extends Positions {
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What lies in a stream now, shard by shard, also of those that were split or merged: parents before what came of them. */
export async function* browse(browsing: Browsing, group: string): AsyncGenerator<Browsed> {
  const { client, topic, leases } = browsing;
  const shards = await listShards(client, topic);
  const moment = momentOf(browsing);
  const known = await (await leases(group)).all();
  const checkpoints = new Map(known.map(({ shard, checkpoint }) => [shard, checkpoint]));
  for (const { id } of shards) {
    const checkpoint = checkpoints.get(id) ?? null;
    for await (const found of readShard(browsing, id, moment)) {
      yield { ...found, isSettled: isBefore(found.origin.offset, checkpoint) };
    }
  }
}

/** Sequence numbers grow within a shard, beyond what a double holds. */
function isBefore(offset: string, checkpoint: string | null): boolean {
  return checkpoint === shardEnd || (checkpoint !== null && BigInt(offset) <= BigInt(checkpoint));
}

async function* readShard(
  { client, topic, log, signal }: Browsing,
  shard: string,
  { end, visibleAt }: Moment,
): AsyncGenerator<Published> {
  const pages = new ShardPages(client, { topic, shard, checkpoint: null });
  const nextPage = () => attempt(`reading ${shard} of ${topic}`, topic, () => pages.next());
  for (;;) {
    const seesAll = performance.now() >= visibleAt;
    const page = await unlessAborted(untilItWorks(nextPage, { signal, log }), signal);
    for (const record of page.records) {
      const found = toPublished(record, topic, partitionOf(shard));
      if (found.publishedAt.getTime() > end) return;
      yield found;
    }
    if (page.isLast || (page.isIdle && seesAll)) return;
    await sleep(page.pauseMs, undefined, { signal });
  }
}
