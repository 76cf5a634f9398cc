import { AssignerProtocol, type Admin } from 'kafkajs';
import type { PartitionLag } from '../lag.js';
import { committedOffsets } from './offsets.js';

interface Owner {
  readonly consumerId: string;
  readonly host: string;
}

/** What a group has still to do on each partition of a topic. */
export async function fetchLag(admin: Admin, topic: string, group: string): Promise<PartitionLag[]> {
  const [ends, committed, owners] = await Promise.all([
    admin.fetchTopicOffsets(topic),
    committedOffsets(admin, topic, group),
    fetchOwners(admin, topic, group),
  ]);
  return ends
    .map(({ partition, low, high }) => {
      const current = committed.get(partition);
      const end = BigInt(high);
      const start = BigInt(low);
      // Nothing committed: a consumer would start at the earliest message that is still there.
      const from = current === undefined || current < start ? start : current;
      const owner = owners.get(partition);
      return {
        topic,
        partition,
        currentOffset: current === undefined ? null : Number(current),
        logEndOffset: Number(end),
        lag: Number(end > from ? end - from : 0n),
        consumerId: owner?.consumerId ?? null,
        host: owner?.host ?? null,
      };
    })
    .sort((a, b) => a.partition - b.partition);
}

/** The offset of the first message that a lag counts, by partition, where the group has committed any. */
export function firstWaiting(rows: readonly PartitionLag[]): Map<number, bigint> {
  return new Map(
    rows.flatMap(({ partition, currentOffset, logEndOffset, lag }) =>
      currentOffset === null || lag === 0 ? [] : [[partition, BigInt(logEndOffset - lag)] as const],
    ),
  );
}

async function fetchOwners(admin: Admin, topic: string, group: string): Promise<Map<number, Owner>> {
  const { groups } = await admin.describeGroups([group]);
  const owners = new Map<number, Owner>();
  for (const { memberId, clientHost, memberAssignment } of groups[0]?.members ?? []) {
    if (memberAssignment.length === 0) continue;
    const assignment = AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment;
    for (const partition of assignment?.[topic] ?? []) {
      owners.set(partition, { consumerId: memberId, host: clientHost.replace(/^\//, '') });
    }
  }
  return owners;
}
