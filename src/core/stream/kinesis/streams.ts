import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ResourceInUseException,
  type KinesisClient,
  type ListShardsOutput,
  type Shard as KinesisShard,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { MvsError } from '../../errors.js';
import type { TopicSpec } from '../port.js';
import { kinesisError } from './client.js';

const kib = 1024;
const hourMs = 3_600_000;
/** What Kinesis keeps messages for at least, and at most. */
const [minHours, maxHours] = [24, 365 * 24];
/** Kinesis answers 20 descriptions a second. */
const activePollMs = 250;
const activeTimeoutMs = 120_000;
/** The setting of a stream that `--config` may give, in Kinesis' own word. */
const sizeSetting = 'MaxRecordSizeInKiB';
const minRecordKiB = 1024;
export const maxRecordKiB = 10_240;

export interface StreamFacts {
  /** Differs from that of any other stream, and of one that had this name before. */
  readonly id: string;
  readonly openShards: number;
  /** Of data and partition key together. */
  readonly maxRecordBytes: number;
}

export interface Shard {
  /** As in shardId-000000000012. */
  readonly id: string;
  readonly parents: readonly string[];
  /** The lowest hash key of what it takes. */
  readonly hashKey: string;
  readonly isOpen: boolean;
}

/** shardId-000000000012 is partition 12. */
export function partitionOf(shardId: string): number {
  return Number(/\d+$/.exec(shardId)?.[0] ?? NaN);
}

/** @throws MvsError TOPIC_MISSING, BROKER_UNAVAILABLE, CONFIG */
export async function describe(client: KinesisClient, topic: string): Promise<StreamFacts> {
  const { StreamARN: arn, ...summary } = await summaryOf(client, topic);
  return {
    id: `${arn ?? topic}@${summary.StreamCreationTimestamp?.getTime() ?? 0}`,
    openShards: summary.OpenShardCount ?? 0,
    maxRecordBytes: (summary.MaxRecordSizeInKiB ?? minRecordKiB) * kib,
  };
}

async function summaryOf(client: KinesisClient, topic: string): Promise<StreamDescriptionSummary> {
  try {
    const answer = await client.send(new DescribeStreamSummaryCommand({ StreamName: topic }));
    if (answer.StreamDescriptionSummary) return answer.StreamDescriptionSummary;
  } catch (error) {
    throw kinesisError(error, `looking up ${topic}`, topic);
  }
  throw new MvsError('BROKER_UNAVAILABLE', `Kinesis says nothing of ${topic}`, { retriable: true });
}

/** Parents before their children. */
export async function listShards(client: KinesisClient, topic: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  try {
    do {
      const from = token === undefined ? { StreamName: topic } : { NextToken: token };
      const answer: ListShardsOutput = await client.send(new ListShardsCommand(from));
      shards.push(...(answer.Shards ?? []).map(toShard));
      token = answer.NextToken;
    } while (token !== undefined);
  } catch (error) {
    throw kinesisError(error, `listing the shards of ${topic}`, topic);
  }
  return shards.sort((a, b) => partitionOf(a.id) - partitionOf(b.id));
}

function toShard(shard: KinesisShard): Shard {
  return {
    id: shard.ShardId ?? '',
    parents: [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined),
    hashKey: shard.HashKeyRange?.StartingHashKey ?? '0',
    isOpen: shard.SequenceNumberRange?.EndingSequenceNumber === undefined,
  };
}

/** Creates a stream with provisioned shards, and waits until it takes records. @returns false where it exists already. */
export async function createStream(client: KinesisClient, topic: string, spec: TopicSpec): Promise<boolean> {
  const hours = hoursOf(spec.retentionMs);
  const size = sizeOf(spec.settings ?? new Map<string, string>());
  const created = await create(client, topic, spec.partitions, size);
  await untilActive(client, topic);
  if (!created) return false;
  if (hours > minHours) {
    const more = { StreamName: topic, RetentionPeriodHours: hours };
    await client.send(new IncreaseStreamRetentionPeriodCommand(more)).catch((error: unknown) => {
      throw kinesisError(error, `setting how long ${topic} keeps messages`, topic);
    });
  }
  return true;
}

async function create(
  client: KinesisClient,
  topic: string,
  shards: number,
  size: number | undefined,
): Promise<boolean> {
  const settings = size === undefined ? {} : { [sizeSetting]: size };
  try {
    await client.send(new CreateStreamCommand({ StreamName: topic, ShardCount: shards, ...settings }));
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    throw kinesisError(error, `creating the stream ${topic}`, topic);
  }
}

/** Where it is about to be deleted, or there is none, nothing is waited for. */
async function untilActive(client: KinesisClient, topic: string): Promise<void> {
  for (const deadline = Date.now() + activeTimeoutMs; Date.now() < deadline;) {
    const { StreamStatus: status } = await summaryOf(client, topic).catch(() => ({ StreamStatus: 'ACTIVE' }));
    if (status !== 'CREATING') return;
    await sleep(activePollMs);
  }
}

function hoursOf(retentionMs = minHours * hourMs): number {
  const hours = Math.ceil(retentionMs / hourMs);
  if (hours >= minHours && hours <= maxHours) return hours;
  throw new MvsError('USAGE', 'Kinesis keeps messages for 24 hours at least and 365 days at most', {
    hint: 'Give --retention from 24h to 365d.',
  });
}

function sizeOf(settings: ReadonlyMap<string, string>): number | undefined {
  const other = [...settings.keys()].find((name) => name !== sizeSetting);
  const value = settings.get(sizeSetting);
  const size = Number(value);
  if (other === undefined && value === undefined) return undefined;
  if (other === undefined && size >= minRecordKiB && size <= maxRecordKiB) return size;
  throw new MvsError(
    'USAGE',
    `a stream of Kinesis has no setting ${other ?? `${sizeSetting}=${String(value)}`}`,
    {
      hint: `There is --config ${sizeSetting}=N, with N from ${minRecordKiB} to ${maxRecordKiB}.`,
    },
  );
}
