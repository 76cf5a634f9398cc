import {
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  type KinesisClient,
  type ListShardsOutput,
  type Shard as KinesisShard,
  type StreamDescriptionSummary,
} from '@aws-sdk/client-kinesis';
import { MvsError } from '../../base/errors.js';
import { attempt } from './client.js';

/** What a record may have at least, and at most, as the stream is set. */
export const [minRecordKiB, maxRecordKiB] = [1024, 10_240];

export interface StreamFacts {
  /** Differs from that of any other stream, and of one that had this name before. */
  readonly id: string;
  readonly openShards: number;
  /** In Kinesis' words: CREATING, ACTIVE, … */
  readonly status: string | undefined;
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
    status: summary.StreamStatus,
    maxRecordBytes: (summary.MaxRecordSizeInKiB ?? minRecordKiB) << 10,
  };
}

/** As `describe`, and a stream that is being deleted is missing: what is put into it goes with it. */
export async function describeForPublishing(client: KinesisClient, topic: string): Promise<StreamFacts> {
  const facts = await describe(client, topic);
  if (facts.status !== 'DELETING') return facts;
  throw new MvsError('TOPIC_MISSING', `the stream ${topic} is being deleted`, {
    hint: 'Create it again with "mvs topic:create", which waits until it is gone.',
  });
}

async function summaryOf(client: KinesisClient, topic: string): Promise<StreamDescriptionSummary> {
  const { StreamDescriptionSummary: summary } = await attempt(`looking up ${topic}`, topic, () =>
    client.send(new DescribeStreamSummaryCommand({ StreamName: topic })),
  );
  if (summary) return summary;
  throw new MvsError('BROKER_UNAVAILABLE', `Kinesis returned no description of ${topic}`, {
    retriable: true,
  });
}

/** Parents before their children. */
export async function listShards(client: KinesisClient, topic: string): Promise<Shard[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const from = token === undefined ? { StreamName: topic } : { NextToken: token };
    const answer: ListShardsOutput = await attempt(`listing the shards of ${topic}`, topic, () =>
      client.send(new ListShardsCommand(from)),
    );
    shards.push(...(answer.Shards ?? []).map(toShard));
    token = answer.NextToken;
  } while (token !== undefined);
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
