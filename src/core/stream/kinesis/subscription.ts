import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, unlessAborted } from '../../base/abort.js';
import { messageOf, MvsError } from '../../base/errors.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import type { DeliveryQueue } from '../delivery-queue.js';
import { subscribeAs, type AssignedDelivery, type GroupMember } from '../group-member.js';
import type { SubscribeOptions, Subscription } from '../port.js';
import { HeldShards } from './held-shards.js';
import type { Leases } from './leases.js';
import type { PublisherContext } from './publisher.js';
import { Rounds } from './rounds.js';

/** Three beats within each session timeout at least, and two a second at most: so fast is a handover. */
const maxBeatMs = 500;

/** Joins the group, and reads what is free. */
export function openSubscription(
  context: PublisherContext,
  leases: Leases,
  options: SubscribeOptions,
): Promise<Subscription> {
  return subscribeAs<AssignedDelivery>(
    (queue) => new KinesisMember(context, leases, options, queue),
    options,
  );
}

/**
 * One member of a group. Each holds its even share of the shards by leases in the database and reads them; with each beat it
 * takes what is free, hands over what is too much, and puts down what it has lost. The ideas are those of the Kinesis Client
 * Library (leases, checkpoints, SHARD_END, parents before children, a clock of one's own for who is dead); members agree on
 * even shares and hand shards over in good order, where the KCL steals them.
 */
class KinesisMember implements GroupMember<AssignedDelivery> {
  readonly #context: PublisherContext;
  readonly #options: Pick<SubscribeOptions, 'group' | 'sessionTimeoutMs'>;
  readonly #leases: Leases;
  readonly #id = `mvs-${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  readonly #queue: DeliveryQueue<AssignedDelivery>;
  readonly #shards: HeldShards;
  readonly #rounds: Rounds;
  readonly #over = new AbortController();
  #beating: Promise<void> = Promise.resolve();

  constructor(
    context: PublisherContext,
    leases: Leases,
    options: Pick<SubscribeOptions, 'group' | 'sessionTimeoutMs'>,
    queue: DeliveryQueue<AssignedDelivery>,
  ) {
    this.#context = context;
    this.#options = options;
    this.#leases = leases;
    this.#queue = queue;
    this.#shards = new HeldShards({
      ...context,
      queue,
      leases,
      onShardsChanged: () => {
        this.#rounds.shardsChanged();
      },
      onFailure: this.#fail,
    });
    const member = { id: this.#id, leases, shards: this.#shards, sessionTimeoutMs: options.sessionTimeoutMs };
    this.#rounds = new Rounds(context, member);
  }

  get partitions(): readonly number[] {
    return this.#shards.partitions;
  }

  get polls(): number {
    return this.#shards.polls;
  }

  async join(reading: AbortSignal): Promise<void> {
    const { log } = this.#context;
    await unlessAborted(
      untilItWorks(() => this.#prepare(), { signal: reading, log }),
      reading,
    );
    log.debug(`${this.#id} has joined the group ${this.#options.group}`);
    this.#beating = this.#beat();
  }

  handOut({ assignment }: AssignedDelivery): boolean {
    return assignment.handOut();
  }

  /** Other members may go on with its shards at once, even if the reader has not seen the error yet. */
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
        await this.#rounds.next();
      } catch (error) {
        const failure =
          error instanceof MvsError ? error : new MvsError('BUG', messageOf(error), { cause: error });
        if (failure.retriable) this.#context.log.warn(`${messageOf(error)}; trying again until it works`);
        else this.#fail(failure);
      }
    }
  }

  async #prepare(): Promise<void> {
    await this.#leases.prepare();
    await this.#rounds.next();
  }

  async leave(): Promise<void> {
    this.#over.abort();
    this.#shards.stop();
    await atMost(closeGraceMs, this.#beating);
    await this.#shards.putDown(closeGraceMs / 2);
    await atMost(
      closeGraceMs,
      this.#leases.leave(this.#id).catch(() => undefined),
    );
    this.#context.log.debug(`left group ${this.#options.group}`);
  }
}
