import { messageOf, MvsError } from '../../base/errors.js';
import type { DeliveryQueue } from '../delivery-queue.js';
import type { AssignedDelivery } from '../group-member.js';
import type { Lease, Leases } from './leases.js';
import type { PublisherContext } from './publisher.js';
import { ShardReader, type ReaderContext } from './shard-reader.js';

/** How long a member may take to settle the messages of a shard that goes to another one. */
const handoverGraceMs = 10_000;

interface HeldContext extends PublisherContext, Pick<ReaderContext, 'onShardsChanged' | 'onFailure'> {
  readonly queue: DeliveryQueue<AssignedDelivery>;
  readonly leases: Leases;
}

/** The shards whose leases a member holds, each with its reader. */
export class HeldShards {
  readonly #context: HeldContext;
  readonly #readers = new Map<string, ShardReader>();
  readonly #handovers = new Map<string, Promise<void>>();
  /** How often the lease of a shard had been taken when it was last given back. */
  readonly #released = new Map<string, number>();
  #stopped = false;
  #polls = 0;

  constructor(context: HeldContext) {
    this.#context = context;
  }

  get partitions(): readonly number[] {
    return [...this.#readers.values()].map(({ partition }) => partition).sort((a, b) => a - b);
  }

  get polls(): number {
    return this.#polls;
  }

  /** Reads a shard of which the lease is held, unless it is read already. */
  read(lease: Lease): void {
    const { shard } = lease;
    const { queue, log, onFailure } = this.#context;
    if (this.#stopped || queue.ended || this.#handovers.has(shard)) return;
    // The lease may have been looked at before it was given back.
    if (this.#released.get(shard) === lease.taken) return;
    // A reader whose checkpoint was refused has put down the shard; a lease that came back begins anew.
    if (this.#readers.get(shard)?.assignment.ended === false) return;
    const reader = new ShardReader(this.#readerContext(lease), lease);
    this.#readers.set(shard, reader);
    log.debug(`${lease.owner ?? ''} reads ${shard}`);
    reader.run().catch((error: unknown) => {
      onFailure(new MvsError('BUG', messageOf(error), { cause: error }));
    });
  }

  #readerContext(lease: Lease): ReaderContext {
    return {
      ...this.#context,
      checkpoint: (checkpoint) => this.#context.leases.checkpoint(lease, checkpoint),
      onPoll: () => {
        this.#polls += 1;
      },
    };
  }

  /** Puts down shards that are not held any more. */
  keepOnly(held: readonly Lease[]): void {
    const shards = new Set(held.map(({ shard }) => shard));
    for (const [shard, reader] of this.#readers) {
      if (shards.has(shard)) continue;
      reader.lose();
      this.#readers.delete(shard);
    }
  }

  /** Waits until the messages of a shard are settled, for ten seconds at most, and lets it go to another member. */
  handOver(lease: Lease): void {
    const { shard } = lease;
    const { leases, log } = this.#context;
    if (this.#handovers.has(shard)) return;
    const reader = this.#readers.get(shard);
    const handover = async (): Promise<void> => {
      reader?.stop();
      await reader?.assignment.flush(handoverGraceMs, true);
      reader?.lose();
      this.#readers.delete(shard);
      await leases.release(lease);
      this.#released.set(shard, lease.taken);
    };
    const done = handover()
      // If the database is unavailable, the next round sees that the shard is still held.
      .catch((error: unknown) => {
        log.debug(`${shard} cannot be handed over now: ${messageOf(error)}`);
      })
      .finally(() => this.#handovers.delete(shard));
    this.#handovers.set(shard, done);
  }

  /** Reads no more, and no other shard; messages that were handed out may still be settled. */
  stop(): void {
    this.#stopped = true;
    for (const reader of this.#readers.values()) reader.stop();
  }

  /** Waits for `ms` at most until what is settled is committed, and puts everything down. */
  async putDown(ms: number): Promise<void> {
    const readers = [...this.#readers.values()];
    await Promise.all(readers.map(({ assignment }) => assignment.flush(ms, false)));
    for (const reader of readers) reader.lose();
    this.#readers.clear();
  }
}
