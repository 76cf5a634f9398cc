import { GetRecordsCommand, type KinesisClient, type _Record } from '@aws-sdk/client-kinesis';
import { decodeEnvelope } from '../envelope.js';
import type { Published } from '../port.js';
import { iteratorAfter, type Place } from './place.js';

/** Kinesis answers five reads a second and shard, for all who read: one is left to `lag` and others. */
const [busyMs, idleMs] = [250, 1000];
/** Kinesis hands out 2 MiB a second of a shard. */
const bytesPerMs = (2 << 20) / 1000;
/** Of one answer, about: what is larger keeps memory busy, and is fetched in vain where the shard goes to another member. */
const pageBytes = 1 << 20;
/** Records of one answer: at first, while their size is unknown, and at most. */
const [firstRecords, maxRecords] = [20, 1000];

/** One answer of Kinesis. */
export interface Page {
  readonly records: readonly _Record[];
  /** Nothing comes after it: the shard was split or merged. */
  readonly isLast: boolean;
  /** It has no records, and is 0 behind. (That alone does not say that nothing follows of the same millisecond.) */
  readonly isIdle: boolean;
  /** To be waited before the next one is asked for. */
  readonly pauseMs: number;
}

/** A shard page by page, as fast as Kinesis allows. */
export class ShardPages {
  readonly #client: KinesisClient;
  readonly #shard: Omit<Place, 'checkpoint'>;
  /** The last sequence number that was read. */
  #last: string | null;
  #iterator: string | undefined;
  #limit = firstRecords;
  #idleMs = 0;

  constructor(client: KinesisClient, { checkpoint, ...shard }: Place) {
    this.#client = client;
    this.#shard = shard;
    this.#last = checkpoint;
  }

  /** @throws what the SDK throws; asked again, it goes on behind what came last */
  async next(): Promise<Page> {
    try {
      this.#iterator ??= await iteratorAfter(this.#client, { ...this.#shard, checkpoint: this.#last });
      const question = new GetRecordsCommand({ ShardIterator: this.#iterator, Limit: this.#limit });
      const answer = await this.#client.send(question);
      const { Records: records = [], NextShardIterator: next, MillisBehindLatest: behindMs = 0 } = answer;
      this.#iterator = next;
      this.#last = records.at(-1)?.SequenceNumber ?? this.#last;
      const isIdle = records.length === 0 && behindMs === 0;
      return { records, isLast: next === undefined, isIdle, pauseMs: this.#pauseAfter(records, isIdle) };
    } catch (error) {
      // It is good for five minutes only.
      this.#iterator = undefined;
      throw error;
    }
  }

  #pauseAfter(records: readonly _Record[], isIdle: boolean): number {
    const bytes = records.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0);
    if (bytes > 0) this.#limit = Math.min(maxRecords, Math.ceil((pageBytes * records.length) / bytes));
    this.#idleMs = isIdle ? Math.min(idleMs, this.#idleMs + busyMs) : 0;
    return isIdle ? this.#idleMs : Math.max(busyMs, bytes / bytesPerMs);
  }
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
