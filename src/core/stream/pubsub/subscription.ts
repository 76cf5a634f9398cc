import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, unlessAborted } from '../../base/abort.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import type { DeliveryQueue } from '../delivery-queue.js';
import { subscribeAs, type GroupMember } from '../group-member.js';
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
 * One member of a group. It asks for as many messages as there is room for. Google's streaming client counts messages that are
 * being processed against its limit, and would receive no batch while another one is in inference.
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
  const membership = { ...connection, path, held, quiet, watchOrder };
  return subscribeAs((queue) => new PubSubMember(membership, queue), options);
}

interface Membership extends Connection {
  /** Of the group's subscription. */
  readonly path: string;
  readonly held: HeldMessages;
  readonly quiet: Quiet;
  readonly watchOrder: ReturnType<typeof orderWatch>;
}

class PubSubMember implements GroupMember<Delivery> {
  readonly #membership: Membership;
  readonly #queue: DeliveryQueue<Delivery>;
  #pulling: Promise<void> = Promise.resolve();
  readonly partitions: readonly number[] = [];
  #polls = 0;

  constructor(membership: Membership, queue: DeliveryQueue<Delivery>) {
    this.#membership = membership;
    this.#queue = queue;
  }

  get polls(): number {
    return this.#polls;
  }

  join(reading: AbortSignal): Promise<void> {
    this.#pulling = this.#pullAll(reading).catch((error: unknown) => {
      if (this.#queue.ended) return;
      this.#queue.destroy(pubSubError(error, `reading ${this.#membership.topic}`));
    });
    return Promise.resolve();
  }

  /** What the member has is its own until it leaves. */
  handOut(): boolean {
    return true;
  }

  async #pullAll(signal: AbortSignal): Promise<void> {
    const { log } = this.#membership;
    while (!this.#queue.ended) {
      if (!this.#queue.hasRoom) {
        await this.#queue.untilTaken(1000);
        // A reader takes several at once, and a request costs as much for one as for many.
        await sleep(gatherMs);
        continue;
      }
      for (const received of await untilItWorks(() => this.#pull(signal), { signal, log })) {
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

  async #pull(signal: AbortSignal): Promise<readonly Received[]> {
    const { path, quiet } = this.#membership;
    try {
      const received = await pull(this.#membership, path, this.#queue.room, signal);
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

  async leave(): Promise<void> {
    const { held, quiet, log } = this.#membership;
    // Messages of a request that is under way have to be given back too.
    await atMost(closeGraceMs, this.#pulling);
    log.debug('acknowledging what is settled, giving back the rest');
    await held[Symbol.asyncDispose]();
    quiet.leave(held);
  }
}
