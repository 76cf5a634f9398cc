import {
  PutRecordCommand,
  PutRecordsCommand,
  type KinesisClient,
  type PutRecordsResultEntry,
} from '@aws-sdk/client-kinesis';
import { unlessAborted } from '../../base/abort.js';
import { MvsError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { untilItWorks } from '../../base/retry.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { Publisher } from '../port.js';
import { inRequests } from '../requests.js';
import { attempt, isNotActive } from './client.js';
import { sizeOf, toEntry, type Entry } from './entry.js';
import {
  describe,
  listShards,
  maxRecordKiB,
  mustNotBeDeleting,
  type Shard,
  type StreamFacts,
} from './streams.js';

/** Of one PutRecords, partition keys included: what Kinesis takes (10 MiB since 2025), and what each shard takes in a second. */
const [maxRecords, maxRequestBytes, shardBytes] = [500, 10 << 20, 1 << 20];
/** So much a dead letter has on top of its message: without it, one of the largest records could not be kept. */
const letterBytes = 4096;

export interface PublisherContext {
  readonly client: KinesisClient;
  readonly topic: string;
  readonly log: Log;
}

/** Opens one lane. @param isLetters true where dead letters are published, which may be larger */
export async function openPublisher(
  { client, topic, log }: PublisherContext,
  signal: AbortSignal,
  isLetters = false,
): Promise<Publisher> {
  const waiting = { signal, log };
  const look = async (): Promise<StreamFacts> => {
    const facts = await describe(client, topic);
    mustNotBeDeleting(topic, facts);
    return facts;
  };
  const { id, maxRecordBytes } = await unlessAborted(untilItWorks(look, waiting), signal);
  const limit = isLetters ? maxRecordBytes : Math.min(maxRecordBytes, (maxRecordKiB << 10) - letterBytes);
  let shards: readonly Shard[] = [];
  let next = Math.floor(Math.random() * 1000);
  /** The sequence number of the last record of each key. */
  const last = new Map<string, string | undefined>();

  /** A stream that is being deleted takes no more records, for minutes perhaps, before it is gone. */
  const put = <T>(work: () => Promise<T>): Promise<T> =>
    attempt(`publishing to ${topic}`, topic, work).catch(async (error: unknown) => {
      if (isNotActive(error)) await look();
      throw error;
    });
  /** Over all shards in turn. */
  const spread = (entry: Entry): Entry => {
    const shard = shards[next++ % shards.length];
    return shard ? { ...entry, ExplicitHashKey: shard.hashKey } : entry;
  };
  const findShards = async (): Promise<void> => {
    if (shards.length > 0) return;
    shards = (await untilItWorks(() => listShards(client, topic), waiting)).filter(({ isOpen }) => isOpen);
  };
  const putMany = async (entries: readonly Entry[]): Promise<void> => {
    let left = entries.map(spread);
    await untilItWorks(async () => {
      const { Records: results = [] } = await put(() =>
        client.send(new PutRecordsCommand({ StreamName: topic, Records: left })),
      );
      const known = new Set(shards.map(({ id }) => id));
      // After a reshard all would crowd into some of the new shards.
      if (results.some(({ ShardId: id }) => id !== undefined && !known.has(id))) shards = [];
      const reason = results.find(({ ErrorCode: code }) => code !== undefined)?.ErrorCode;
      left = left.filter((_, n) => !isTaken(results[n]));
      if (left.length > 0) throw notTaken(topic, reason);
    }, waiting);
  };
  /** PutRecords keeps no order: one record at a time, each told which one it comes after. */
  const putInOrder = async (entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) {
      const SequenceNumberForOrdering = last.get(entry.PartitionKey);
      const command = new PutRecordCommand({ StreamName: topic, ...entry, SequenceNumberForOrdering });
      const { SequenceNumber } = await untilItWorks(async () => {
        const result = await put(() => client.send(command));
        if (isTaken(result)) return result;
        throw notTaken(topic);
      }, waiting);
      last.set(entry.PartitionKey, SequenceNumber);
    }
  };

  return {
    publish: oneAtATime(async (messages) => {
      // All are looked at before the first one is sent.
      const entries = messages.map((message) => ({
        entry: toEntry(message, topic, limit),
        ordered: message.ordered,
      }));
      const ordered = entries.flatMap((each) => (each.ordered ? [each.entry] : []));
      const unordered = entries.flatMap((each) => (each.ordered ? [] : [each.entry]));
      if (unordered.length > 0) await unlessAborted(findShards(), signal);
      const bytes = Math.min(maxRequestBytes, shards.length * shardBytes);
      for (const some of inRequests(unordered, { bytes, bytesOf: sizeOf, items: maxRecords })) {
        await unlessAborted(putMany(some), signal);
      }
      await unlessAborted(putInOrder(ordered), signal);
    }),
    confirm: async () => {
      const now = await unlessAborted(untilItWorks(look, waiting), signal);
      if (now.id !== id) throw recreated(topic);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function recreated(topic: string): MvsError {
  return new MvsError('TOPIC_RECREATED', `the stream ${topic} was deleted and created again meanwhile`, {
    hint: 'Produce the same inputs again: what was published before is gone.',
  });
}

/** A record is safe when Kinesis has given it a number, whatever else the answer says of the request. */
function isTaken(result: PutRecordsResultEntry | undefined): boolean {
  return Boolean(result?.SequenceNumber) && result?.ErrorCode === undefined;
}

function notTaken(topic: string, reason = 'no sequence number'): MvsError {
  if (reason !== 'ProvisionedThroughputExceededException') {
    const message = `${topic} did not take all records: ${reason}`;
    return new MvsError('BROKER_UNAVAILABLE', message, { retriable: true });
  }
  const limits = '1 MiB or 1,000 records a second and shard';
  return new MvsError('BROKER_UNAVAILABLE', `${topic} takes no more at this rate (${limits})`, {
    retriable: true,
    hint: 'More shards take more: aws kinesis update-shard-count.',
  });
}
