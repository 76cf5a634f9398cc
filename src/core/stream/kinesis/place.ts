import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetRecordsOutput,
  type KinesisClient,
} from '@aws-sdk/client-kinesis';
import { MvsError } from '../../base/errors.js';
import { attempt } from './client.js';

/** An answer may be empty though records follow: a shard is searched piece by piece. */
const maxPages = 5;

export interface Place {
  readonly topic: string;
  readonly shard: string;
  readonly checkpoint: string | null;
}

/** An iterator that begins behind a checkpoint, or with the oldest record. */
export async function iteratorAfter(
  client: KinesisClient,
  { topic, shard, checkpoint }: Place,
): Promise<string> {
  const at =
    checkpoint === null
      ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
      : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: checkpoint } as const);
  const question = new GetShardIteratorCommand({ StreamName: topic, ShardId: shard, ...at });
  const { ShardIterator: iterator } = await client.send(question);
  if (iterator !== undefined) return iterator;
  throw new MvsError('BROKER_UNAVAILABLE', `Kinesis returned no iterator for shard ${shard}`, {
    retriable: true,
  });
}

/** When the first record behind a checkpoint arrived; undefined where there is none. */
export async function arrivalAfter(client: KinesisClient, place: Place): Promise<Date | undefined> {
  const { topic, shard } = place;
  return attempt(`reading ${shard} of ${topic}`, topic, async () => {
    let behindMs = 0;
    let iterator: string | undefined = await iteratorAfter(client, place);
    for (let page = 0; page < maxPages && iterator !== undefined; page++) {
      const question = new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 });
      const answer: GetRecordsOutput = await client.send(question);
      const [record] = answer.Records ?? [];
      if (record) return record.ApproximateArrivalTimestamp ?? new Date(0);
      behindMs = answer.MillisBehindLatest ?? 0;
      if (behindMs === 0) return undefined;
      iterator = answer.NextShardIterator;
    }
    return iterator === undefined ? undefined : new Date(Date.now() - behindMs);
  });
}
