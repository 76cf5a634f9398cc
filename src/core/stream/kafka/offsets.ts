import type { Admin } from 'kafkajs';
import type { Expired } from '../port.js';

/** By partition. */
export type Offsets = ReadonlyMap<number, bigint>;
/** Behind the last message of each partition. */
export type Ends = Offsets;

export async function fetchEnds(admin: Admin, topic: string): Promise<Ends> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
}

/** Settled means committed; a partition that never held a message, or lost all to retention, needs no commit. */
export async function hasSettled(admin: Admin, topic: string, group: string, before: Ends): Promise<boolean> {
  const committed = await committedOffsets(admin, topic, group);
  const now = await admin.fetchTopicOffsets(topic);
  return now.every(({ partition, low, high }) => {
    const end = before.get(partition) ?? 0n;
    // A topic that was created again ends earlier.
    const last = BigInt(high) < end ? BigInt(high) : end;
    // No member can settle what retention has taken since.
    return BigInt(low) >= last || (committed.get(partition) ?? 0n) >= last;
  });
}

export async function fetchExpired(admin: Admin, topic: string, group: string): Promise<Expired[]> {
  const committed = await committedOffsets(admin, topic, group);
  const offsets = await admin.fetchTopicOffsets(topic);
  const starts = offsets.map(({ partition, low }) => ({
    ...{ partition, from: committed.get(partition) ?? 0n, to: BigInt(low) },
  }));
  return starts.filter(({ from, to }) => from < to);
}

/** Partitions without a commit are absent. */
export async function committedOffsets(admin: Admin, topic: string, group: string): Promise<Offsets> {
  const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const offsets = new Map<number, bigint>();
  for (const { partition, offset } of answer?.partitions ?? []) {
    if (BigInt(offset) >= 0n) offsets.set(partition, BigInt(offset));
  }
  return offsets;
}

/** The first offset that retention has left. */
export async function lowestOffset(admin: Admin, topic: string, partition: number): Promise<bigint> {
  return (await fetchStarts(admin, topic)).get(partition) ?? 0n;
}

/** The first offset that retention has left, by partition. */
export async function fetchStarts(admin: Admin, topic: string): Promise<Offsets> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, low }) => [partition, BigInt(low)]));
}
