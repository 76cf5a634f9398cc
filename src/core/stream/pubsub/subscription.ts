import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, unlessAborted } from '../../base/abort.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import { DeliveryQueue, handedOut } from '../delivery-queue.js';
import type { Delivery, SubscribeOptions, Subscription } from '../port.js';
import { pubSubError, type Connection } from './client.js';
import { backoffMsOf, orderWatch, warnOfSettings } from './foreign-settings.js';
import { HeldMessages } from './held-messages.js';
import { subscriptionPath } from './names.js';
import { pull, type Received } from './pull.js';
import { quietMsAfter, type Quiet } from './quiet.js';
import { toPublished } from './received.js';
import { deadlineOf, ensureSubscription } from './subscriptions.js';

const gatherMs = 20;

/**
 * One member of a group. It asks for as many messages as there is room for: Google's streaming client counts what is in
 * work against its limit, and so stops where a batch is to be received while another one is in inference.
 */
export async function openSubscription(
  connection: Connection,
  options: SubscribeOptions,
  quiet: Quiet,
): Promise<Subscription> {
  const { group, sessionTimeoutMs, signal } = options;
  const { log, clockRate } = connection;
  const joining = untilItWorks(() => ensureSubscription(connection, group, sessionTimeoutMs), {
    signal,
    log,
  });
  const settings = await unlessAborted(joining, signal);
  const deadlineSeconds = settings.ackDeadlineSeconds ?? deadlineOf(sessionTimeoutMs);
  const deadlineMs = deadlineSeconds * 1000;
  warnOfSettings(settings, deadlineMs, log);
  const path = subscriptionPath(connection, group);
  const held = new HeldMessages(connection, path, deadlineSeconds);
  quiet.join(held, quietMsAfter(deadlineMs + backoffMsOf(settings)) / clockRate);
  const watchOrder = orderWatch(settings, log);
  return new PubSubSubscription({ ...connection, path, held, quiet, watchOrder }, options);
}

interface Membership extends Connection {
  /** Of the group's subscription. */
  readonly path: string;
  readonly held: HeldMessages;
  readonly quiet: Quiet;
  readonly watchOrder: ReturnType<typeof orderWatch>;
}

class PubSubSubscription implements Subscription {
  readonly #membership: Membership;
  readonly #options: SubscribeOptions;
  readonly #queue: DeliveryQueue<Delivery>;
  readonly #stop = new AbortController();
  readonly #pulling: Promise<void>;
  readonly partitions: readonly number[] = [];
  #polls = 0;

  constructor(membership: Membership, options: SubscribeOptions) {
    this.#membership = membership;
    this.#options = options;
    this.#queue = new DeliveryQueue(options.prefetch);
    options.signal.addEventListener('abort', this.#stopReading, { once: true });
    if (options.signal.aborted) this.#stopReading();
    this.#pulling = this.#pullAll().catch((error: unknown) => {
      if (!this.#queue.ended) this.#queue.destroy(pubSubError(error, `reading ${membership.topic}`));
    });
  }

  get polls(): number {
    return this.#polls;
  }

  get deliveries(): AsyncIterable<Delivery> {
    return handedOut(this.#queue, this.#options.signal);
  }

  readonly #stopReading = (): void => {
    this.#queue.end();
    this.#stop.abort();
  };

  async #pullAll(): Promise<void> {
    const { signal } = this.#stop;
    const { log } = this.#membership;
    while (!this.#queue.ended) {
      if (!this.#queue.hasRoom) {
        await this.#queue.untilTaken(1000);
        // A reader takes several at once, and a request costs as much for one as for many.
        await sleep(gatherMs);
        continue;
      }
      for (const received of await untilItWorks(() => this.#pull(), { signal, log })) {
        this.#receive(received);
      }
    }
  }

  #receive(received: Received): void {
    const { held, watchOrder } = this.#membership;
    held.add(received.ackId ?? '');
    watchOrder(received.message?.orderingKey);
    if (!this.#queue.ended) this.#queue.push(this.#toDelivery(received));
  }

  async #pull(): Promise<readonly Received[]> {
    const { path, quiet } = this.#membership;
    try {
      const received = await pull(this.#membership, path, this.#queue.room, this.#stop.signal);
      this.#polls += 1;
      if (received.length > 0) quiet.broken();
      else quiet.empty();
      return received;
    } catch (error) {
      quiet.broken();
      throw error;
    }
  }

  #toDelivery(received: Received): Delivery {
    const { topic, held } = this.#membership;
    const id = received.ackId ?? '';
    return {
      ...toPublished(received, topic),
      settle: () => {
        held.settle(id);
      },
      leave: () => {
        held.leave(id);
      },
    };
  }

  /** Acknowledges what is settled and gives back the rest, within seconds even where the service is away. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { held, quiet, log } = this.#membership;
    this.#stopReading();
    this.#options.signal.removeEventListener('abort', this.#stopReading);
    // What a request brings that is under way has to be given back too.
    await atMost(closeGraceMs, this.#pulling);
    log.debug('acknowledging what is settled, giving back the rest');
    await held[Symbol.asyncDispose]();
    quiet.leave(held);
    this.#queue.destroy();
  }
}
