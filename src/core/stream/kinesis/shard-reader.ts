import { setTimeout as sleep } from 'node:timers/promises';
import type { _Record } from '@aws-sdk/client-kinesis';
import { messageOf, type MvsError } from '../../base/errors.js';
import { Assignment } from '../assignment.js';
import type { DeliveryQueue } from '../delivery-queue.js';
import type { AssignedDelivery } from '../group-member.js';
import { kinesisError } from './client.js';
import { LeaseLost, shardEnd, type Lease } from './leases.js';
import type { PublisherContext } from './publisher.js';
import { ShardPages, toPublished } from './shard-pages.js';
import { ShardPlaces } from './shard-places.js';
import { partitionOf } from './streams.js';

const roomPollMs = 200;
const failedMs = 1000;

export interface ReaderContext extends PublisherContext {
  readonly queue: DeliveryQueue<AssignedDelivery>;
  /** Settles up to a sequence number, as the one that holds the lease. @throws LeaseLost */
  readonly checkpoint: (checkpoint: string) => Promise<void>;
  readonly onPoll: () => void;
  /** Called when all of a shard is read, or it cannot be found any more: there may be other shards now. */
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
  readonly #pages: ShardPages;
  readonly #places = new ShardPlaces();

  constructor(context: ReaderContext, { shard, checkpoint }: Lease) {
    this.#context = context;
    this.#shard = shard;
    this.#pages = new ShardPages(context.client, { topic: context.topic, shard, checkpoint });
    this.partition = partitionOf(shard);
    this.assignment = new Assignment(context.log, (error) => error instanceof LeaseLost);
  }

  /** Reads until it is stopped, the lease is lost or the shard ends. */
  async run(): Promise<void> {
    while (await this.#hasRoom()) {
      let pause: number;
      try {
        const { records, isLast, pauseMs } = await this.#pages.next();
        this.#context.onPoll();
        await this.#deliver(records);
        if (isLast) {
          await this.#finish();
          return;
        }
        pause = pauseMs;
      } catch (error) {
        if (error instanceof LeaseLost) return;
        pause = this.#pauseAfter(error);
      }
      await this.#rest(pause);
    }
  }

  /** Reads no more and hands out no more; messages that were handed out may still be settled. */
  stop(): void {
    this.assignment.close();
    this.#stopped.abort();
  }

  /** Another member has the lease: what is not settled is delivered again there. */
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

  /** Waits for room in the queue. @returns false where nothing is to be read any more */
  async #hasRoom(): Promise<boolean> {
    const { queue } = this.#context;
    while (!queue.hasRoom && !this.#isOver()) await queue.untilTaken(roomPollMs);
    return !this.#isOver();
  }

  async #deliver(records: readonly _Record[]): Promise<void> {
    const { queue } = this.#context;
    for (const record of records) {
      // Looked at and used in one step: readers of other shards wait for the same room.
      while (!queue.hasRoom) if (!(await this.#hasRoom())) return;
      if (this.#isOver()) return;
      const place = this.#places.add(record.SequenceNumber ?? '');
      this.assignment.track(this.partition, place, this.#commit);
      queue.push(this.#toItem(record, place));
    }
  }

  /** Settles all that comes before a place. */
  readonly #commit = async (_: number, before: bigint): Promise<void> => {
    const checkpoint = this.#places.checkpointFor(before);
    if (checkpoint === undefined) return;
    await this.#context.checkpoint(checkpoint);
    this.#places.forget(before);
    if (checkpoint === shardEnd) this.#context.onShardsChanged();
  };

  /** The shard was split or merged: once all of it is settled, the shards that came of it may be read. */
  async #finish(): Promise<void> {
    if (this.#isOver()) return;
    this.#context.log.debug(`${this.#shard} has come to its end`);
    const { end, isEmpty } = this.#places;
    if (isEmpty) await this.#commit(this.partition, end);
    else this.assignment.extend(this.partition, end);
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
    return failedMs;
  }

  #toItem(record: _Record, place: bigint): AssignedDelivery {
    const { assignment, partition } = this;
    return {
      assignment,
      ...toPublished(record, this.#context.topic, partition),
      settle: () => {
        assignment.settle(partition, place);
      },
      leave: () => undefined,
    };
  }
}
