import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, unlessAborted } from '../../abort.js';
import { messageOf, MvsError } from '../../errors.js';
import { untilItWorks } from '../../retry.js';
import { closeGraceMs } from '../closing.js';
import { DeliveryQueue, handedOut } from '../delivery-queue.js';
import type { Delivery, SubscribeOptions, Subscription } from '../port.js';
import type { Lease, Leases } from './leases.js';
import type { PublisherContext } from './publisher.js';
import { ShardReader, type Item, type ReaderContext } from './shard-reader.js';
import { Liveness, readable, shareOf } from './share.js';
import { listShards } from './streams.js';

/** Three beats within each session timeout at least, and two a second at most: so fast is a handover. */
const maxBeatMs = 500;
/** How long a member may take to finish what it has in work of a shard that goes to another one. */
const handoverGraceMs = 10_000;
/** How soon a reshard is noticed that no reader has met. */
const syncMs = 10_000;

/**
 * One member of a group. Each holds its even share of the shards by leases in the database and reads them; with each beat it
 * takes what is free, hands over what is too much, and puts down what it has lost. The ideas are those of the Kinesis Client
 * Library (leases, checkpoints, SHARD_END, parents before children, a clock of one's own for who is dead); members agree on
 * even shares and hand shards over in good order, where the KCL steals them.
 */
export class KinesisSubscription implements Subscription {
  readonly #context: PublisherContext;
  readonly #options: SubscribeOptions;
  readonly #leases: Leases;
  readonly #id = `mvs-${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #queue: DeliveryQueue<Item>;
  readonly #readers = new Map<string, ShardReader>();
  readonly #handovers = new Map<string, Promise<void>>();
  readonly #liveness: Liveness;
  readonly #over = new AbortController();
  #beating: Promise<void> = Promise.resolve();
  #syncAt = 0;
  #polls = 0;

  constructor(context: PublisherContext, leases: Leases, options: SubscribeOptions) {
    this.#context = context;
    this.#options = options;
    this.#leases = leases;
    this.#queue = new DeliveryQueue(options.prefetch);
    this.#liveness = new Liveness(options.sessionTimeoutMs, performance.now());
  }

  get partitions(): readonly number[] {
    return [...this.#readers.values()].map(({ partition }) => partition).sort((a, b) => a - b);
  }

  get polls(): number {
    return this.#polls;
  }

  get deliveries(): AsyncIterable<Delivery> {
    // What has gone to another member is delivered there.
    return handedOut(this.#queue, this.#options.signal, ({ assignment }) => assignment.handOut());
  }

  /** Joins the group, and reads what is free. */
  async start(): Promise<void> {
    const { signal, group } = this.#options;
    signal.addEventListener('abort', this.#stopReading, { once: true });
    try {
      const joining = untilItWorks(() => this.#round(), { signal, log: this.#context.log });
      await unlessAborted(joining, signal);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
    this.#context.log.debug(`${this.#id} has joined the group ${group}`);
    this.#beating = this.#beat();
  }

  readonly #stopReading = (): void => {
    this.#queue.end();
  };

  async #beat(): Promise<void> {
    const pause = Math.min(maxBeatMs, Math.floor(this.#options.sessionTimeoutMs / 3));
    const { signal } = this.#over;
    while (await sleep(pause, true, { signal }).catch(() => false)) {
      try {
        await this.#round();
      } catch (error) {
        const failure =
          error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
        if (failure.retriable) this.#context.log.warn(`${messageOf(error)}; trying again until it works`);
        else this.#queue.destroy(failure);
      }
    }
  }

  async #round(): Promise<void> {
    await this.#leases.beat(this.#id);
    await this.#syncShards();
    // Leases first: who holds one of them had joined before.
    const leases = readable(await this.#leases.all());
    const members = await this.#leases.members();
    const alive = this.#liveness.alive(members, performance.now());
    const ids = new Set([...alive.map(({ id }) => id), this.#id]);
    for (const dead of members) if (!ids.has(dead.id)) await this.#leases.expel(dead);

    const mine = leases.filter(({ owner }) => owner === this.#id);
    this.#putDownLost(mine);
    const share = shareOf(this.#id, [...ids], leases);
    for (const lease of mine.slice(0, share)) this.#read(lease);
    for (const { shard } of mine.slice(share)) this.#handOver(shard);
    const free = leases.filter(({ owner }) => owner === null || !ids.has(owner));
    for (const lease of free.slice(0, Math.max(0, share - mine.length))) {
      if (await this.#leases.take(lease, this.#id)) this.#read(lease);
    }
  }

  async #syncShards(): Promise<void> {
    const { client, topic } = this.#context;
    if (performance.now() < this.#syncAt) return;
    const before = await this.#leases.all();
    await this.#leases.sync(await listShards(client, topic), before);
    this.#syncAt = performance.now() + syncMs;
  }

  #putDownLost(mine: readonly Lease[]): void {
    const held = new Set(mine.map(({ shard }) => shard));
    for (const [shard, reader] of this.#readers) {
      if (held.has(shard)) continue;
      reader.lose();
      this.#readers.delete(shard);
    }
  }

  #read(lease: Lease): void {
    const { shard } = lease;
    if (this.#queue.ended || this.#handovers.has(shard)) return;
    // A reader whose checkpoint was refused has put down the shard; a lease that came back begins anew.
    if (this.#readers.get(shard)?.assignment.ended === false) return;
    const reader = new ShardReader(this.#readerContext(), lease);
    this.#readers.set(shard, reader);
    this.#context.log.debug(`${this.#id} reads ${shard}`);
    reader.run().catch((error: unknown) => {
      this.#queue.destroy(new MvsError('BUG', messageOf(error), { cause: error }));
    });
  }

  #readerContext(): ReaderContext {
    return {
      ...this.#context,
      queue: this.#queue,
      checkpoint: (shard, checkpoint) => this.#leases.checkpoint(shard, this.#id, checkpoint),
      onPoll: () => {
        this.#polls += 1;
      },
      onShardsChanged: () => {
        this.#syncAt = 0;
      },
      onFailure: (error) => {
        this.#queue.destroy(error);
      },
    };
  }

  /** Settles what is in work of a shard, for ten seconds at most, and lets it go to another member. */
  #handOver(shard: string): void {
    if (this.#handovers.has(shard)) return;
    const reader = this.#readers.get(shard);
    const handover = async (): Promise<void> => {
      reader?.stop();
      await reader?.assignment.flush(handoverGraceMs, true);
      reader?.lose();
      this.#readers.delete(shard);
      await this.#leases.release(shard, this.#id);
    };
    const done = handover()
      // Where the database is away, the next round sees that the shard is still held.
      .catch((error: unknown) => {
        this.#context.log.debug(`${shard} cannot be handed over now: ${messageOf(error)}`);
      })
      .finally(() => this.#handovers.delete(shard));
    this.#handovers.set(shard, done);
  }

  /** Settles what is stored and hands over all shards, within seconds even where the database is away. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopReading();
    this.#options.signal.removeEventListener('abort', this.#stopReading);
    this.#over.abort();
    const readers = [...this.#readers.values()];
    for (const reader of readers) reader.stop();
    await atMost(closeGraceMs, this.#beating);
    await Promise.all(readers.map(({ assignment }) => assignment.flush(closeGraceMs / 2, false)));
    for (const reader of readers) reader.lose();
    this.#readers.clear();
    await atMost(
      closeGraceMs,
      this.#leases.leave(this.#id).catch(() => undefined),
    );
    this.#context.log.debug(`left group ${this.#options.group}`);
    this.#queue.destroy();
  }
}
