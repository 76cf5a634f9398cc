import { setTimeout as sleep } from 'node:timers/promises';
import { GetRecordsCommand, type _Record } from '@aws-sdk/client-kinesis';
import { messageOf, type MvsError } from '../../errors.js';
import type { Log } from '../../log.js';
import { Assignment } from '../assignment.js';
import type { DeliveryQueue } from '../delivery-queue.js';
import type { Delivery } from '../port.js';
import { kinesisError } from './client.js';
import { decodeEnvelope } from '../envelope.js';
import { LeaseLost, shardEnd, type Lease } from './leases.js';
import { iteratorAfter } from './place.js';
import type { PublisherContext } from './publisher.js';
import { partitionOf } from './streams.js';

/** Kinesis answers five reads a second and shard, for all who read: one is left to `lag` and others. */
const [busyMs, idleMs] = [250, 1000];
const roomPollMs = 200;
/** Kinesis hands out 2 MiB a second of a shard. */
const bytesPerMs = (2 << 20) / 1000;
/** Of one answer, about: what is larger keeps memory busy, and is fetched in vain where the shard goes to another member. */
const pageBytes = 1 << 20;
/** Of one answer: to begin with, while nobody knows how large they are, and at most. */
const [firstRecords, maxRecords] = [20, 1000];

export type Item = Delivery & { readonly assignment: Assignment };

export interface ReaderContext extends PublisherContext {
  readonly queue: DeliveryQueue<Item>;
  readonly log: Log;
  /** Settles up to a sequence number, as the one that holds the lease. @throws LeaseLost */
  readonly checkpoint: (shard: string, checkpoint: string) => Promise<void>;
  readonly onPoll: () => void;
  /** Told when all of a shard is read, or it cannot be found any more: there may be other shards now. */
  readonly onShardsChanged: () => void;
  readonly onFailure: (error: MvsError) => void;
}

/** Reads one shard while its lease is held. */
export class ShardReader {
  readonly assignment: Assignment;
  readonly partition: number;
  readonly #context: ReaderContext;
  readonly #shard: string;
  readonly #stopped = new AbortController();
  /** The last sequence number that was read. */
  #last: string | null;
  /** Sequence numbers of what is not committed yet, by their place among those that this reader has read, from 1. */
  readonly #numbers = new Map<bigint, string>();
  #read = 0n;
  #limit = firstRecords;

  constructor(context: ReaderContext, { shard, checkpoint }: Lease) {
    this.#context = context;
    this.#shard = shard;
    this.#last = checkpoint;
    this.partition = partitionOf(shard);
    this.assignment = new Assignment(context.log, (error) => error instanceof LeaseLost);
  }

  /** Reads until it is stopped, the lease is lost or the shard ends. */
  async run(): Promise<void> {
    let iterator: string | undefined;
    let pause = 0;
    while (!this.#isOver()) {
      try {
        await this.#untilRoom();
        if (this.#isOver()) return;
        iterator ??= await this.#iterator();
        const { records, bytes, next, behindMs } = await this.#fetch(iterator);
        iterator = next;
        await this.#deliver(records);
        if (next === undefined) {
          await this.#finish();
          return;
        }
        const isIdle = records.length === 0 && behindMs === 0;
        pause = isIdle ? Math.min(idleMs, pause + busyMs) : Math.max(busyMs, bytes / bytesPerMs);
      } catch (error) {
        // An iterator is good for five minutes: a new one goes on behind what has been read.
        iterator = undefined;
        if (error instanceof LeaseLost) return;
        pause = this.#pauseAfter(error);
      }
      await this.#rest(pause);
    }
  }

  /** Reads no more and hands out no more; what is in work may still be settled. */
  stop(): void {
    this.assignment.close();
    this.#stopped.abort();
  }

  /** The lease is another's: what is in work comes again there. */
  lose(): void {
    this.assignment.end();
    this.#stopped.abort();
  }

  #isOver(): boolean {
    return this.#stopped.signal.aborted || this.assignment.ended || this.#context.queue.ended;
  }

  async #rest(ms: number): Promise<void> {
    if (!this.#isOver()) await sleep(ms, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
  }

  async #untilRoom(): Promise<void> {
    const { queue } = this.#context;
    while (!queue.hasRoom && !this.#isOver()) await queue.untilTaken(roomPollMs);
  }

  async #iterator(): Promise<string> {
    const { client, topic } = this.#context;
    return iteratorAfter(client, { topic, shard: this.#shard, checkpoint: this.#last });
  }

  async #fetch(iterator: string) {
    const { client } = this.#context;
    const question = new GetRecordsCommand({ ShardIterator: iterator, Limit: this.#limit });
    const answer = await client.send(question);
    this.#context.onPoll();
    const records = answer.Records ?? [];
    const bytes = records.reduce((sum, { Data }) => sum + (Data?.byteLength ?? 0), 0);
    if (bytes > 0) this.#limit = Math.min(maxRecords, Math.ceil((pageBytes * records.length) / bytes));
    const { NextShardIterator: next, MillisBehindLatest: behindMs = 0 } = answer;
    return { records, bytes, next, behindMs };
  }

  async #deliver(records: readonly _Record[]): Promise<void> {
    for (const record of records) {
      await this.#untilRoom();
      if (this.#isOver()) return;
      const { SequenceNumber: number = '' } = record;
      this.assignment.track(this.partition, this.#read, this.#commit);
      this.#read += 1n;
      this.#numbers.set(this.#read, number);
      this.#last = number;
      this.#context.queue.push(this.#toItem(record, number, this.#read - 1n));
    }
  }

  /** Settles up to the place `upTo`: one behind the last record stands for the end of the shard. */
  readonly #commit = async (_: number, upTo: bigint): Promise<void> => {
    const number = upTo > this.#read ? shardEnd : this.#numbers.get(upTo);
    if (number === undefined) return;
    await this.#context.checkpoint(this.#shard, number);
    for (const place of this.#numbers.keys()) {
      if (place >= upTo) break;
      this.#numbers.delete(place);
    }
    if (number === shardEnd) this.#context.onShardsChanged();
  };

  /** The shard was split or merged: once all of it is settled, the shards that came of it may be read. */
  async #finish(): Promise<void> {
    if (this.#isOver()) return;
    this.#context.log.debug(`${this.#shard} has come to its end`);
    const end = this.#read + 1n;
    if (this.#read > 0n) this.assignment.extend(this.partition, end);
    else await this.#commit(this.partition, end);
  }

  #pauseAfter(error: unknown): number {
    const { log, topic, onFailure, onShardsChanged } = this.#context;
    if (error instanceof Error && error.name === 'ExpiredIteratorException') {
      log.debug(`the place in ${this.#shard} has expired, asking for it again`);
      return 0;
    }
    const failure = kinesisError(error, `reading ${this.#shard} of ${topic}`, topic);
    // Either the stream is no more, or the shard, of which retention has taken all.
    if (failure.code === 'TOPIC_MISSING') onShardsChanged();
    else if (failure.retriable) log.warn(`${messageOf(failure)}; trying again until it works`);
    else onFailure(failure);
    return idleMs;
  }

  #toItem(record: _Record, offset: string, place: bigint): Item {
    const { Data = new Uint8Array(), PartitionKey: key = '', ApproximateArrivalTimestamp: at } = record;
    const { assignment, partition } = this;
    return {
      assignment,
      // What others wrote is handed on as it is.
      message: decodeEnvelope(Data) ?? { key: Buffer.from(key), value: Data, headers: new Map() },
      origin: { topic: this.#context.topic, partition, offset },
      publishedAt: at ?? new Date(0),
      settle: () => {
        assignment.settle(partition, place);
      },
    };
  }
}
