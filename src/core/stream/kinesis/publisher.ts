import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import {
  PutRecordCommand,
  PutRecordsCommand,
  type KinesisClient,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis';
import { unlessAborted } from '../../abort.js';
import { MvsError } from '../../errors.js';
import type { Log } from '../../log.js';
import { weightOf } from '../../message.js';
import { untilItWorks } from '../../retry.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { OutgoingMessage, Publisher } from '../port.js';
import { inRequests } from '../requests.js';
import { attempt } from './client.js';
import { encodeEnvelope } from '../envelope.js';
import { describe, listShards, maxRecordKiB, type Shard } from './streams.js';

/** Of one PutRecords, partition keys included: what Kinesis takes (10 MiB since 2025), and what each shard takes in a second. */
const [maxRecords, maxRequestBytes, shardBytes] = [500, 10 << 20, 1 << 20];
const maxKeyLength = 256;
/** So much a dead letter has on top of its message: without it, one of the largest records could not be kept. */
const letterBytes = 4096;

export interface PublisherContext {
  readonly client: KinesisClient;
  readonly topic: string;
  readonly log: Log;
}

interface Entry extends PutRecordsRequestEntry {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

/** Opens one lane. @param isLetters true where dead letters are published, which may be larger */
export async function openPublisher(
  { client, topic, log }: PublisherContext,
  signal: AbortSignal,
  isLetters = false,
): Promise<Publisher> {
  const waiting = { signal, log };
  const looking = untilItWorks(() => describe(client, topic), waiting);
  const { maxRecordBytes } = await unlessAborted(looking, signal);
  const limit = isLetters ? maxRecordBytes : Math.min(maxRecordBytes, (maxRecordKiB << 10) - letterBytes);
  let shards: readonly Shard[] = [];
  let next = Math.floor(Math.random() * 1000);
  /** The sequence number of the last record of each key. */
  const last = new Map<string, string | undefined>();

  const toEntry = (message: OutgoingMessage): Entry => {
    const entry = { Data: encodeEnvelope(message), PartitionKey: partitionKeyOf(message) };
    if (sizeOf(entry) <= limit) return entry;
    throw tooLarge(message, topic, limit);
  };
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
      const { Records: results = [] } = await attempt(`publishing to ${topic}`, topic, () =>
        client.send(new PutRecordsCommand({ StreamName: topic, Records: left })),
      );
      const known = new Set(shards.map(({ id }) => id));
      // After a reshard all would crowd into some of the new shards.
      if (results.some(({ ShardId: id }) => id !== undefined && !known.has(id))) shards = [];
      const reason = results.find(({ ErrorCode: code }) => code !== undefined)?.ErrorCode;
      left = left.filter((_, n) => results[n]?.SequenceNumber === undefined);
      if (left.length > 0) throw notTaken(topic, reason);
    }, waiting);
  };
  /** PutRecords keeps no order: one record at a time, each told which one it comes after. */
  const putInOrder = async (entries: readonly Entry[]): Promise<void> => {
    for (const entry of entries) {
      const SequenceNumberForOrdering = last.get(entry.PartitionKey);
      const put = new PutRecordCommand({ StreamName: topic, ...entry, SequenceNumberForOrdering });
      const { SequenceNumber } = await untilItWorks(
        () => attempt(`publishing to ${topic}`, topic, () => client.send(put)),
        waiting,
      );
      last.set(entry.PartitionKey, SequenceNumber);
    }
  };

  return {
    publish: oneAtATime(async (messages) => {
      // All are looked at before the first one is sent.
      const entries = messages.map((message) => ({ entry: toEntry(message), ordered: message.ordered }));
      const ordered = entries.flatMap((each) => (each.ordered ? [each.entry] : []));
      const unordered = entries.flatMap((each) => (each.ordered ? [] : [each.entry]));
      if (unordered.length > 0) await unlessAborted(findShards(), signal);
      const bytes = Math.min(maxRequestBytes, shards.length * shardBytes);
      for (const some of inRequests(unordered, { bytes, bytesOf: sizeOf, items: maxRecords })) {
        await unlessAborted(putMany(some), signal);
      }
      await unlessAborted(putInOrder(ordered), signal);
    }),
    confirm: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The key where it can be one, else its hash: partition keys are text of limited length, and not empty. */
function partitionKeyOf({ key }: OutgoingMessage): string {
  const bytes = key ?? new Uint8Array();
  const text = isUtf8(bytes) ? Buffer.from(bytes).toString() : '';
  return text.length > 0 && text.length <= maxKeyLength
    ? text
    : createHash('sha256').update(bytes).digest('hex');
}

function sizeOf({ Data, PartitionKey }: Entry): number {
  return Data.byteLength + Buffer.byteLength(PartitionKey);
}

function notTaken(topic: string, reason = 'no answer'): MvsError {
  const throttled = reason === 'ProvisionedThroughputExceededException';
  const what = throttled
    ? `${topic} takes no more at this rate (1 MiB or 1,000 records a second and shard)`
    : `${topic} did not take all records: ${reason}`;
  return new MvsError('BROKER_UNAVAILABLE', what, {
    retriable: true,
    hint: 'More shards take more: aws kinesis update-shard-count.',
  });
}

function tooLarge(message: OutgoingMessage, topic: string, limit: number): MvsError {
  const bytes = weightOf(message);
  return new MvsError(
    'USAGE',
    `a frame of ${bytes} bytes is larger than the stream ${topic} allows (${limit} bytes a record, with key and headers)`,
    {
      hint: `Publish smaller frames with --width or --quality, or let the stream take larger ones, up to ${maxRecordKiB} KiB: aws kinesis update-max-record-size, or topic:create --config MaxRecordSizeInKiB=N.`,
    },
  );
}
