import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, unlessAborted } from '../../base/abort.js';
import { messageOf, MvsError } from '../../base/errors.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import { DeliveryQueue, handedOut } from '../delivery-queue.js';
import type { Delivery, SubscribeOptions, Subscription } from '../port.js';
import { HeldShards } from './held-shards.js';
import type { Leases } from './leases.js';
import type { PublisherContext } from './publisher.js';
import type { Item } from './shard-reader.js';
import { Liveness, readable, shareOf } from './share.js';
import { listShards } from './streams.js';

/** Three beats within each session timeout at least, and two a second at most: so fast is a handover. */
const maxBeatMs = 500;
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
  readonly #shards: HeldShards;
  readonly #liveness: Liveness;
  readonly #over = new AbortController();
  #beating: Promise<void> = Promise.resolve();
  #syncAt = 0;

  constructor(context: PublisherContext, leases: Leases, options: SubscribeOptions) {
    this.#context = context;
    this.#options = options;
    this.#leases = leases;
    this.#queue = new DeliveryQueue(options.prefetch);
    this.#shards = new HeldShards({
      ...context,
      queue: this.#queue,
      leases,
      onShardsChanged: () => {
        this.#syncAt = 0;
      },
      onFailure: this.#fail,
    });
    this.#liveness = new Liveness(options.sessionTimeoutMs, performance.now());
  }

  get partitions(): readonly number[] {
    return this.#shards.partitions;
  }

  get polls(): number {
    return this.#shards.polls;
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
      const joining = untilItWorks(() => this.#join(), { signal, log: this.#context.log });
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

  /** Others may go on with its shards, though nobody may have asked for deliveries yet, and got the error. */
  readonly #fail = (error: MvsError): void => {
    this.#over.abort();
    this.#shards.stop();
    this.#queue.destroy(error);
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
        else this.#fail(failure);
      }
    }
  }

  async #join(): Promise<void> {
    await this.#leases.prepare();
    await this.#round();
  }

  async #round(): Promise<void> {
    await this.#leases.members.beat(this.#id);
    await this.#syncShards();
    // Leases first: who holds one of them had joined before.
    const leases = readable(await this.#leases.all());
    const members = await this.#leases.members.all();
    const alive = this.#liveness.alive(members, performance.now());
    const ids = new Set([...alive.map(({ id }) => id), this.#id]);
    for (const dead of members) if (!ids.has(dead.id)) await this.#leases.members.expel(dead);

    const mine = leases.filter(({ owner }) => owner === this.#id);
    this.#shards.keepOnly(mine);
    const share = shareOf(this.#id, [...ids], leases);
    for (const lease of mine.slice(0, share)) this.#shards.read(lease);
    for (const lease of mine.slice(share)) this.#shards.handOver(lease);
    const free = leases.filter(({ owner }) => owner === null || !ids.has(owner));
    for (const lease of free.slice(0, Math.max(0, share - mine.length))) {
      const taken = await this.#leases.take(lease, this.#id);
      if (taken) this.#shards.read(taken);
    }
  }

  async #syncShards(): Promise<void> {
    const { client, topic } = this.#context;
    if (performance.now() < this.#syncAt) return;
    const before = await this.#leases.all();
    await this.#leases.sync(await listShards(client, topic), before);
    this.#syncAt = performance.now() + syncMs;
  }

  /** Settles what is stored and hands over all shards, within seconds even where the database is away. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopReading();
    this.#options.signal.removeEventListener('abort', this.#stopReading);
    this.#over.abort();
    this.#shards.stop();
    await atMost(closeGraceMs, this.#beating);
    await this.#shards.putDown(closeGraceMs / 2);
    await atMost(
      closeGraceMs,
      this.#leases.leave(this.#id).catch(() => undefined),
    );
    this.#context.log.debug(`left group ${this.#options.group}`);
    this.#queue.destroy();
  }
}
