import {
  PutRecordCommand,
  PutRecordsCommand,
  type KinesisClient,
  type PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis';
import { MvsError } from '../../base/errors.js';
import { attempt, isNotActive } from './client.js';
import type { Entry } from './entry.js';
import { describeForPublishing } from './streams.js';

interface Target {
  readonly client: KinesisClient;
  readonly topic: string;
}

interface PutAnswer {
  /** What Kinesis did not take, in order, and why. */
  readonly left: readonly Entry[];
  readonly reason: string | undefined;
  /** The shards that took something. */
  readonly shards: readonly string[];
}

/** One request. */
export async function putRecords(target: Target, entries: readonly Entry[]): Promise<PutAnswer> {
  const command = new PutRecordsCommand({ StreamName: target.topic, Records: [...entries] });
  const { Records: results = [] } = await put(target, () => target.client.send(command));
  return {
    left: entries.filter((_, n) => !isTaken(results[n])),
    reason: results.find(({ ErrorCode: code }) => code !== undefined)?.ErrorCode,
    shards: results.flatMap(({ ShardId: id }) => id ?? []),
  };
}

/**
 * One request.
 * @param after the sequence number of the record that it comes after
 * @returns its own
 */
export async function putRecord(target: Target, entry: Entry, after: string | undefined): Promise<string> {
  const { client, topic } = target;
  const command = new PutRecordCommand({
    ...{ StreamName: topic, ...entry },
    SequenceNumberForOrdering: after,
  });
  const result = await put(target, () => client.send(command));
  if (!isTaken(result)) throw notTaken(topic);
  return result.SequenceNumber;
}

/** A stream that is being deleted takes no more records, for minutes perhaps, before it is gone. */
async function put<T>({ client, topic }: Target, work: () => Promise<T>): Promise<T> {
  try {
    return await attempt(`publishing to ${topic}`, topic, work);
  } catch (error) {
    if (isNotActive(error)) await describeForPublishing(client, topic);
    throw error;
  }
}

/** A record is safe when Kinesis has given it a number, whatever else the answer says of the request. */
function isTaken<T extends PutRecordsResultEntry>(
  result: T | undefined,
): result is T & { readonly SequenceNumber: string } {
  return Boolean(result?.SequenceNumber) && result?.ErrorCode === undefined;
}

export function notTaken(topic: string, reason = 'no sequence number'): MvsError {
  if (reason !== 'ProvisionedThroughputExceededException') {
    const message = `${topic} did not take all records: ${reason}`;
    return new MvsError('BROKER_UNAVAILABLE', message, { retriable: true });
  }
  const limits = '1 MiB or 1,000 records per second and shard';
  return new MvsError('BROKER_UNAVAILABLE', `the write rate of ${topic} is exceeded (${limits})`, {
    retriable: true,
    hint: 'Add shards: aws kinesis update-shard-count.',
  });
}
