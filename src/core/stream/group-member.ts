import type { Assignment } from './assignment.js';
import { DeliveryQueue, handedOut } from './delivery-queue.js';
import type { Delivery, SubscribeOptions, Subscription } from './port.js';

/** A delivery that may go to the reader as long as its assignment is open. */
export type AssignedDelivery = Delivery & { readonly assignment: Assignment };

/** One member of a group, in the way of one system. `subscribeAs` does what all systems have in common. */
export interface GroupMember<T extends Delivery> extends Pick<Subscription, 'partitions' | 'polls'> {
  /**
   * Joins the group, and from then on fills the queue until that has ended.
   * @param reading aborts when nothing more is to be read: when the subscription's signal aborts, or when the member is to leave
   */
  join(reading: AbortSignal): Promise<void>;
  /** Whether a delivery of the queue may still go to the reader; if so, it does. */
  handOut(delivery: T): boolean;
  /** Settles what is stored and gives the rest back, within seconds even if servers are unavailable. Once, also after a `join` that failed. */
  leave(): Promise<void>;
}

type Options = Pick<SubscribeOptions, 'prefetch' | 'signal'>;

/**
 * Joins a group and hands out what the member puts into its queue.
 * @param createMember with the queue that the member fills
 * @throws what `join` throws, after the member has left
 */
export async function subscribeAs<T extends Delivery>(
  createMember: (queue: DeliveryQueue<T>) => GroupMember<T>,
  { prefetch, signal }: Options,
): Promise<Subscription> {
  const subscription = new QueuedSubscription(createMember, prefetch, signal);
  await subscription.join();
  return subscription;
}

/** In this order: nothing more is read, the member leaves, and what the reader has not taken is dropped. */
class QueuedSubscription<T extends Delivery> implements Subscription {
  readonly #queue: DeliveryQueue<T>;
  readonly #member: GroupMember<T>;
  readonly #signal: AbortSignal;
  readonly #reading = new AbortController();
  #leaving: Promise<void> | undefined;

  constructor(
    createMember: (queue: DeliveryQueue<T>) => GroupMember<T>,
    prefetch: number,
    signal: AbortSignal,
  ) {
    this.#queue = new DeliveryQueue(prefetch);
    this.#member = createMember(this.#queue);
    this.#signal = signal;
  }

  get partitions(): readonly number[] {
    return this.#member.partitions;
  }

  get polls(): number {
    return this.#member.polls;
  }

  get deliveries(): AsyncIterable<Delivery> {
    // What the member does not hold any more is delivered again, to whoever holds it now.
    return handedOut(this.#queue, this.#signal, (delivery) => this.#member.handOut(delivery));
  }

  async join(): Promise<void> {
    this.#signal.addEventListener('abort', this.#stopReading, { once: true });
    if (this.#signal.aborted) this.#stopReading();
    try {
      await this.#member.join(this.#reading.signal);
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  readonly #stopReading = (): void => {
    this.#queue.end();
    this.#reading.abort(this.#signal.reason);
  };

  [Symbol.asyncDispose](): Promise<void> {
    return (this.#leaving ??= this.#leave());
  }

  async #leave(): Promise<void> {
    this.#stopReading();
    this.#signal.removeEventListener('abort', this.#stopReading);
    await this.#member.leave();
    this.#queue.destroy();
  }
}
