import { GetRecordsCommand, type _Record, type KinesisClient } from '@aws-sdk/client-kinesis';
import { decodeEnvelope } from '../envelope.js';
import type { Published } from '../port.js';

/** Kinesis answers five reads a second and shard, for all who read: one is left to `lag` and others. */
export const busyMs = 250;
/** Kinesis hands out 2 MiB a second of a shard. */
const bytesPerMs = (2 << 20) / 1000;
/** Of one answer, about: what is larger keeps memory busy, and is fetched in vain where the shard goes to another member. */
const pageBytes = 1 << 20;
/** Of one answer: to begin with, while nobody knows how large they are, and at most. */
const [firstRecords, maxRecords] = [20, 1000];

/** One answer. */
export interface Page {
  readonly records: readonly _Record[];
  readonly bytes: number;
  /** The iterator of the next page; undefined behind the last one of a shard that was split or merged. */
  readonly next: string | undefined;
  readonly behindMs: number;
}

/** Reads a shard page by page, as many records at a time as fill one. */
export class Pages {
  readonly #client: KinesisClient;
  #limit = firstRecords;

  constructor(client: KinesisClient) {
    this.#client = client;
  }

  async at(iterator: string): Promise<Page> {
    const question = new GetRecordsCommand({ ShardIterator: iterator, Limit: this.#limit });
    const answer = await this.#client.send(question);
    const records = answer.Records ?? [];
    const bytes = records.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0);
    if (bytes > 0) this.#limit = Math.min(maxRecords, Math.ceil((pageBytes * records.length) / bytes));
    const { NextShardIterator: next, MillisBehindLatest: behindMs = 0 } = answer;
    return { records, bytes, next, behindMs };
  }
}

/** How long to rest before the next page, in ms. */
export function restAfter({ bytes }: Page): number {
  return Math.max(busyMs, bytes / bytesPerMs);
}

/** What others wrote is handed on as it is. */
export function toPublished(record: _Record, topic: string, partition: number): Published {
  const { Data = new Uint8Array(), PartitionKey: key = '', SequenceNumber: offset = '' } = record;
  return {
    message: decodeEnvelope(Data) ?? { key: Buffer.from(key), value: Data, headers: new Map() },
    origin: { topic, partition, offset },
    publishedAt: record.ApproximateArrivalTimestamp ?? new Date(0),
  };
}
