import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { Assignment } from '../../../src/core/stream/assignment.js';
import { DeliveryQueue } from '../../../src/core/stream/delivery-queue.js';
import {
  subscribeAs,
  type AssignedDelivery,
  type GroupMember,
} from '../../../src/core/stream/group-member.js';
import type { Subscription } from '../../../src/core/stream/port.js';

/** A member whose system is this process: it notes what happens to it. */
class LocalMember implements GroupMember<AssignedDelivery> {
  readonly partitions = [0];
  readonly polls = 0;
  readonly steps: string[] = [];
  readonly assignment = new Assignment(silentLog, () => false);
  reading: AbortSignal | undefined;
  queue = new DeliveryQueue<AssignedDelivery>(0);
  readonly #failure: Error | undefined;

  constructor(failure?: Error) {
    this.#failure = failure;
  }

  join(reading: AbortSignal): Promise<void> {
    this.steps.push('join');
    this.reading = reading;
    reading.addEventListener('abort', () => this.steps.push(`stop: ${String(reading.reason)}`));
    return this.#failure ? Promise.reject(this.#failure) : Promise.resolve();
  }

  deliver(value: string): void {
    this.queue.push({
      assignment: this.assignment,
      message: { key: null, value: Buffer.from(value), headers: new Map() },
      origin: { topic: 't', partition: 0, offset: value },
      publishedAt: new Date(0),
      settle: () => undefined,
      leave: () => undefined,
    });
  }

  handOut({ assignment }: AssignedDelivery): boolean {
    return assignment.handOut();
  }

  async leave(): Promise<void> {
    const ended = this.queue.ended ? 'ended' : 'open';
    // Leaving takes a while in all systems: until then the reader may take what is in the queue.
    await setImmediate();
    this.steps.push(`leave, queue ${ended}`);
  }
}

function join(signal: AbortSignal, failure?: Error): { member: LocalMember; joining: Promise<Subscription> } {
  const member = new LocalMember(failure);
  const joining = subscribeAs<AssignedDelivery>(
    (queue) => {
      member.queue = queue;
      return member;
    },
    { prefetch: 4, signal },
  );
  return { member, joining };
}

async function offsetsOf({ deliveries }: Subscription): Promise<string[]> {
  const found: string[] = [];
  for await (const { origin } of deliveries) found.push(origin.offset);
  return found;
}

it('an abort stops reading at once, and the member leaves later, once', async () => {
  const stop = new AbortController();
  const { member, joining } = join(stop.signal);
  const subscription = await joining;
  member.deliver('0');
  const reading = offsetsOf(subscription);
  stop.abort('enough');
  expect(await reading).toEqual([]);
  expect(member.steps).toEqual(['join', 'stop: enough']);
  await Promise.all([subscription[Symbol.asyncDispose](), subscription[Symbol.asyncDispose]()]);
  expect(member.steps).toEqual(['join', 'stop: enough', 'leave, queue ended']);
});

it('reading ends before the member leaves, and nothing listens to the signal afterwards', async () => {
  const { signal } = new AbortController();
  const { member, joining } = join(signal);
  const subscription = await joining;
  member.deliver('0');
  member.deliver('1');
  const reading = offsetsOf(subscription);
  await subscription[Symbol.asyncDispose]();
  // What was in the queue may still be handed out; what the assignment does not hold any more may not.
  expect(await reading).toEqual(['0', '1']);
  expect(member.steps).toEqual(['join', expect.stringMatching(/^stop: AbortError/), 'leave, queue ended']);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('what the member does not hold any more is not handed out', async () => {
  const { member, joining } = join(new AbortController().signal);
  const subscription = await joining;
  for (const value of ['0', '1', '2']) member.deliver(value);
  const iterator = subscription.deliveries[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toMatchObject({ origin: { offset: '0' } });
  member.assignment.end();
  const next = iterator.next();
  await subscription[Symbol.asyncDispose]();
  expect(await next).toEqual({ done: true, value: undefined });
});

it('a member that fails to join leaves, and the failure is thrown', async () => {
  const { signal } = new AbortController();
  const { member, joining } = join(signal, new Error('refused'));
  await expect(joining).rejects.toThrow('refused');
  expect(member.steps).toEqual(['join', expect.stringMatching(/^stop: /), 'leave, queue ended']);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('a signal that has aborted before stops a member that joins all the same', async () => {
  const { member, joining } = join(AbortSignal.abort('early'));
  expect(await offsetsOf(await joining)).toEqual([]);
  expect(member.reading?.aborted).toBe(true);
});
