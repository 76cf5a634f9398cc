import type { Admin } from 'kafkajs';
import { MvsError } from '../../base/errors.js';
import type { PartitionReset, Reset, ResetPlan, ResetTarget } from '../admin-port.js';
import { committedOffsets } from './offsets.js';
import { topicError } from './topics.js';

interface Ends {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

/** Where the group stands and where it would stand; an offset that does not exist becomes the nearest end, as with Kafka's own tool. */
export async function planReset(admin: Admin, reset: Reset): Promise<ResetPlan> {
  const { topic, group, to } = reset;
  const ends = chosen(await endsOf(admin, topic), reset);
  const [committed, byTime, activeMembers] = await Promise.all([
    committedOffsets(admin, topic, group),
    offsetsAt(admin, topic, to),
    countMembers(admin, group),
  ]);
  const partitions = ends.map((row): PartitionReset => {
    const { partition, low, high } = row;
    const current = committed.get(partition);
    return {
      partition,
      currentOffset: current === undefined ? null : Number(current),
      newOffset: Number(targetOf(row, to, byTime.get(partition))),
      logStartOffset: Number(low),
      logEndOffset: Number(high),
    };
  });
  return { partitions: partitions.sort((a, b) => a.partition - b.partition), activeMembers };
}

async function endsOf(admin: Admin, topic: string): Promise<Ends[]> {
  try {
    return await admin.fetchTopicOffsets(topic);
  } catch (error) {
    throw topicError(error, topic);
  }
}

function chosen(ends: readonly Ends[], { topic, partitions }: Reset): readonly Ends[] {
  if (partitions === undefined) return ends;
  const unknown = partitions.find((wanted) => ends.every(({ partition }) => partition !== wanted));
  if (unknown !== undefined) {
    throw new MvsError('USAGE', `the topic ${topic} has no partition ${unknown}`, {
      hint: `Its partitions are 0 to ${ends.length - 1}; nothing was changed.`,
    });
  }
  return ends.filter(({ partition }) => partitions.includes(partition));
}

function targetOf({ low, high }: Ends, to: ResetTarget, atTime: bigint | undefined): bigint {
  const [first, end] = [BigInt(low), BigInt(high)];
  if (to === 'earliest') return first;
  if (to === 'latest') return end;
  const wanted = 'offset' in to ? to.offset : (atTime ?? end);
  return wanted < first ? first : wanted > end ? end : wanted;
}

async function offsetsAt(admin: Admin, topic: string, to: ResetTarget): Promise<Map<number, bigint>> {
  if (typeof to === 'string' || 'offset' in to) return new Map();
  const rows = await admin.fetchTopicOffsetsByTimestamp(topic, to.time.getTime());
  return new Map(rows.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

async function countMembers(admin: Admin, group: string): Promise<number> {
  const { groups } = await admin.describeGroups([group]);
  return groups[0]?.members.length ?? 0;
}
