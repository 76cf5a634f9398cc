import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { unlessAborted } from '../../base/abort.js';
import { MvsError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { untilItWorks } from '../../base/retry.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { Publisher } from '../port.js';
import { inRequests } from '../requests.js';
import { sizeOf, toEntry, type Entry } from './entry.js';
import { notTaken, putRecord, putRecords } from './put-records.js';
import { describeForPublishing, listShards, maxRecordKiB, type Shard } from './streams.js';

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
  context: PublisherContext,
  signal: AbortSignal,
  isLetters = false,
): Promise<Publisher> {
  const { client, topic, log } = context;
  const looking = untilItWorks(() => describeForPublishing(client, topic), { signal, log });
  const { id, maxRecordBytes } = await unlessAborted(looking, signal);
  const limit = isLetters ? maxRecordBytes : Math.min(maxRecordBytes, (maxRecordKiB << 10) - letterBytes);
  return new KinesisPublisher({ ...context, signal, id, limit });
}

interface LaneContext extends PublisherContext {
  readonly signal: AbortSignal;
  /** Of the stream that the lane was opened to. */
  readonly id: string;
  /** The largest record, in bytes. */
  readonly limit: number;
}

class KinesisPublisher implements Publisher {
  readonly #context: LaneContext;
  /** Open ones; none until they are needed, and after a reshard. */
  #shards: readonly Shard[] = [];
  /** The shard that the next record goes to. */
  #next = Math.floor(Math.random() * 1000);
  /** The sequence number of the last record of each key. */
  readonly #last = new Map<string, string>();

  constructor(context: LaneContext) {
    this.#context = context;
  }

  readonly publish = oneAtATime(async (messages) => {
    const { topic, limit, signal } = this.#context;
    // All are looked at before the first one is sent.
    const entries = messages.map((message) => ({
      entry: toEntry(message, topic, limit),
      ordered: message.ordered,
    }));
    const ordered = entries.flatMap((each) => (each.ordered ? [each.entry] : []));
    const unordered = entries.flatMap((each) => (each.ordered ? [] : [each.entry]));
    if (unordered.length > 0) await unlessAborted(this.#findShards(), signal);
    const bytes = Math.min(maxRequestBytes, this.#shards.length * shardBytes);
    for (const some of inRequests(unordered, { bytes, bytesOf: sizeOf, items: maxRecords })) {
      await unlessAborted(this.#putMany(some), signal);
    }
    await unlessAborted(this.#putInOrder(ordered), signal);
  });

  async confirm(): Promise<void> {
    const { client, topic, id, signal } = this.#context;
    const looking = this.#patiently(() => describeForPublishing(client, topic));
    const now = await unlessAborted(looking, signal);
    if (now.id !== id) throw recreated(topic);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #putMany(entries: readonly Entry[]): Promise<void> {
    let left: readonly Entry[] = entries.map((entry) => this.#spread(entry));
    await this.#patiently(async () => {
      const answer = await putRecords(this.#context, left);
      const known = new Set(this.#shards.map(({ id }) => id));
      // After a reshard all would crowd into some of the new shards.
      if (answer.shards.some((id) => !known.has(id))) this.#shards = [];
      left = answer.left;
      if (left.length > 0) throw notTaken(this.#context.topic, answer.reason);
    });
  }

  /** PutRecords keeps no order: one record at a time, each with the one that it comes after. */
  async #putInOrder(entries: readonly Entry[]): Promise<void> {
    for (const entry of entries) {
      const { PartitionKey: key } = entry;
      const number = await this.#patiently(() => putRecord(this.#context, entry, this.#last.get(key)));
      this.#last.set(key, number);
    }
  }

  async #findShards(): Promise<void> {
    const { client, topic } = this.#context;
    if (this.#shards.length > 0) return;
    const shards = await this.#patiently(() => listShards(client, topic));
    this.#shards = shards.filter(({ isOpen }) => isOpen);
  }

  /** Over all shards in turn. */
  #spread(entry: Entry): Entry {
    const shard = this.#shards[this.#next++ % this.#shards.length];
    return shard ? { ...entry, ExplicitHashKey: shard.hashKey } : entry;
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { signal, log } = this.#context;
    return untilItWorks(work, { signal, log });
  }
}

function recreated(topic: string): MvsError {
  return new MvsError('TOPIC_RECREATED', `the stream ${topic} was deleted and created again meanwhile`, {
    hint: 'Produce the same inputs again: what was published before is gone.',
  });
}
