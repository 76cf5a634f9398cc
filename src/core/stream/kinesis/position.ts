import pMap from 'p-map';
import { atMost } from '../../base/abort.js';
import type { PartitionOwner } from '../lag.js';
import type { Tail } from '../port.js';
import type { Connection } from './client.js';
import { shardEnd, unread, type Lease, type Leases } from './leases.js';
import { arrivalAfter } from './place.js';
import { listShards, partitionOf } from './streams.js';

const concurrency = 8;
/** What was published before this is seen by readers. Kinesis: "typically less than 1 second". */
const visibleMs = 1000;
/** The error of our clock, and of Kinesis' own in whole seconds, against the time at which records arrived. */
const clockMs = 2000;
/** Reads count against the five a second of a shard. */
const [movedMs, unmovedMs] = [1000, 5000];

export interface Positions extends Connection {
  readonly topic: string;
  /** Of a group. */
  readonly leases: (group: string) => Promise<Leases>;
}

/** Of shards that the group has not read to their end; with shards that no member has seen yet. */
async function unfinished({ client, topic, leases }: Positions, group: string): Promise<readonly Lease[]> {
  const [shards, known] = await Promise.all([
    listShards(client, topic),
    leases(group).then((of) => of.all()),
  ]);
  const byShard = new Map(known.map((lease) => [lease.shard, lease]));
  return shards
    .map((shard) => byShard.get(shard.id) ?? unread(shard))
    .filter(({ checkpoint }) => checkpoint !== shardEnd);
}

/** Who reads which of the shards that the group has not read to their end. */
export async function fetchOwners(positions: Positions, group: string): Promise<readonly PartitionOwner[]> {
  const { topic } = positions;
  return (await unfinished(positions, group)).map(({ shard, owner, host }) => ({
    topic,
    partition: partitionOf(shard),
    consumerId: owner,
    host,
  }));
}

/** When the next message behind each checkpoint arrived, and now where there is none; without those that take too long. */
export async function waitingSince(
  positions: Positions,
  group: string,
  waitMs: number,
): Promise<ReadonlyMap<number, Date>> {
  const { client, topic } = positions;
  const found = new Map<number, Date>();
  const looking = pMap(
    await unfinished(positions, group),
    async ({ shard, checkpoint }) => {
      const next = await arrivalAfter(client, { topic, shard, checkpoint });
      found.set(partitionOf(shard), next ?? new Date());
    },
    { concurrency },
  );
  await atMost(waitMs, looking);
  looking.catch(() => undefined);
  return new Map(found);
}

/** Between what is there now and what comes later. */
export interface Moment {
  /** What arrived at this time or earlier was there, in ms since the epoch. */
  readonly end: number;
  /** Readers see all of it from then on, by the clock of `performance`. */
  readonly visibleAt: number;
}

/** This moment, once Kinesis has been asked for anything. */
export function momentOf({ serverTime }: Pick<Connection, 'serverTime'>): Moment {
  const end = Math.max(Date.now(), serverTime()) + clockMs;
  return { end, visibleAt: performance.now() + visibleMs };
}

/** What a shard was found to be at a checkpoint. */
interface Look {
  readonly checkpoint: string | null;
  readonly at: number;
  readonly isSettled: boolean;
}

/**
 * All that was published up to now. A shard is settled when nothing is behind its checkpoint, or what is there arrived later.
 * It is read for that once a second at most.
 */
export async function tailOf(positions: Positions): Promise<Tail> {
  const { client, topic } = positions;
  // Asks for the time, too.
  await listShards(client, topic);
  const { end, visibleAt } = momentOf(positions);
  const groups = new Map<string, Map<string, Look>>();

  const isSettled = async (looks: Map<string, Look>, { shard, checkpoint }: Lease): Promise<boolean> => {
    const last = looks.get(shard);
    const now = performance.now();
    // Checkpoints move on only: what was settled stays so.
    if (last?.isSettled) return true;
    if (last && now - last.at < (last.checkpoint === checkpoint ? unmovedMs : movedMs)) return false;
    const next = await arrivalAfter(client, { topic, shard, checkpoint });
    const settled = next === undefined || next.getTime() > end;
    looks.set(shard, { checkpoint, at: now, isSettled: settled });
    return settled;
  };

  return {
    includes: ({ publishedAt }) => publishedAt.getTime() <= end,
    async settledBy(group) {
      if (performance.now() < visibleAt) return false;
      const looks = groups.get(group) ?? new Map<string, Look>();
      groups.set(group, looks);
      const leases = await unfinished(positions, group);
      const settled = await pMap(leases, (lease) => isSettled(looks, lease), { concurrency });
      return settled.every(Boolean);
    },
  };
}
