import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.js';
import { unlessAborted } from '../../abort.js';
import { untilItWorks } from '../../retry.js';
import type { Browsed, Published } from '../port.js';
import { kinesisError } from './client.js';
import { shardEnd } from './leases.js';
import { Pages, restAfter, toPublished, type Page } from './pages.js';
import { iteratorAfter } from './place.js';
import { momentOf, type Moment, type Positions } from './position.js';
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
  const pages = new Pages(client);
  let iterator: string | undefined;
  let last: string | null = null;
  const nextPage = async (): Promise<Page> => {
    try {
      iterator ??= await iteratorAfter(client, { topic, shard, checkpoint: last });
      return await pages.at(iterator);
    } catch (error) {
      // It may have expired: a new one goes on behind what has been read.
      iterator = undefined;
      throw kinesisError(error, `reading ${shard} of ${topic}`, topic);
    }
  };
  for (;;) {
    const seesAll = performance.now() >= visibleAt;
    const page = await unlessAborted(untilItWorks(nextPage, { signal, log }), signal);
    for (const record of page.records) {
      const found = toPublished(record, topic, partitionOf(shard));
      if (found.publishedAt.getTime() > end) return;
      yield found;
      last = found.origin.offset;
    }
    iterator = page.next;
    // 0 behind does not say that nothing follows of what came in the same millisecond.
    const isAtEnd = page.records.length === 0 && page.behindMs === 0;
    if (iterator === undefined || (isAtEnd && seesAll)) return;
    await sleep(restAfter(page), undefined, { signal });
  }
}
