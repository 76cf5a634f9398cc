import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Delivery, FrameStream, Subscription } from '../../../src/core/stream/port.js';
import { joinGroup, numbered, publish, take, textOf } from '../../support/fresh.js';
import { clockRate, firstGroup, freshTopic, hasPubSub, openTopicOf, useFake } from '../../support/pubsub.js';

/** The shortest that the service allows, by its clock and by ours. */
const shortestMs = 10_000;
const deadlineMs = shortestMs / clockRate;
/** Two deadlines, and what is added to them before a subscription counts as empty. */
const quietMs = 25_000 / clockRate;

describe.skipIf(!hasPubSub)('Pub/Sub', () => {
  useFake();

  // They wait for deadlines nearly all of their time: one after the other would take minutes.
  it('is drained when nothing is out, here or with a member that died, and keeps what is in work', async () => {
    await Promise.all([
      keepsWhatIsInWork(),
      notDrainedWhileInWork(),
      emptyBeforeSaysNothing(),
      longerSessionOfTheDead(),
      answerThatCameTooLate(),
      acknowledgesAgainWhatMayPass(),
    ]);
  });
});

async function keepsWhatIsInWork(): Promise<void> {
  const stream = await freshTopic();
  const worker = await joinGroup(stream, firstGroup);
  const other = await joinGroup(stream, firstGroup);
  const deliveries = [worker, other].map(collect);
  await publish(stream, numbered(1));
  await expect.poll(() => deliveries.flat().length, { timeout: 60_000 }).toBe(1);
  // Nothing can be waited for: that it comes to nobody again, for longer than the deadline, is what is promised.
  await setTimeout(1.5 * deadlineMs);
  expect(deliveries.flat(), 'comes to one member while it is in work').toHaveLength(1);
  await Promise.all([worker.leave(), other.leave()]);
  const next = await joinGroup(stream, firstGroup);
  expect(await take(next.deliveries[Symbol.asyncIterator](), 1)).toHaveLength(1);
}

async function notDrainedWhileInWork(): Promise<void> {
  const stream = await freshTopic();
  await publish(stream, numbered(2));
  const tail = await stream.tail();
  const { deliveries } = await joinGroup(stream, firstGroup);
  const [first] = await take(deliveries[Symbol.asyncIterator](), 2);
  first?.settle();
  for (const until = Date.now() + 1.2 * quietMs; Date.now() < until;) {
    expect(await tail.settledBy(firstGroup), 'drained while a message is in work').toBe(false);
    await setTimeout(100);
  }
}

async function emptyBeforeSaysNothing(): Promise<void> {
  const stream = await freshTopic();
  const idle = await joinGroup(stream, firstGroup);
  const before = await stream.tail();
  await expect.poll(() => before.settledBy(firstGroup), { timeout: 10 * quietMs }).toBe(true);
  expect(await (await stream.tail()).settledBy(firstGroup), 'empty before the end of publishing').toBe(false);
  await idle.leave();
}

/** Of three members' sessions the longest counts: what that one held stays away for as long. */
async function longerSessionOfTheDead(): Promise<void> {
  const stream = await freshTopic();
  await publish(stream, numbered(3));
  await deadMember(await openTopicOf(stream.topic), 30_000);
  await notDrainedBefore(stream, 3, 'a dead member with a longer session holds messages');
}

/** A request that ran into its deadline may have been given messages: they are out for as long as with a member that died. */
async function answerThatCameTooLate(): Promise<void> {
  const stream = await freshTopic('late-pull');
  await publish(stream, numbered(3));
  await deadMember(await openTopicOf(stream.topic), shortestMs);
  await notDrainedBefore(stream, 3, 'an answer that came too late holds messages');
}

/** Of the first two messages the service refuses the acknowledgement, of one of them for this time only. */
async function acknowledgesAgainWhatMayPass(): Promise<void> {
  const stream = await freshTopic('refused-ack');
  await publish(stream, numbered(5));
  const member = await joinGroup(stream, firstGroup);
  const taken = await take(member.deliveries[Symbol.asyncIterator](), 5);
  for (const delivery of taken) delivery.settle();
  await member.leave();
  const next = await joinGroup(stream, firstGroup);
  const again = collect(next);
  const tail = await stream.tail();
  // What comes again does so within a deadline.
  await expect.poll(() => again.length, { timeout: 10 * deadlineMs }).toBeGreaterThan(0);
  for (const delivery of again) delivery.settle();
  await expect.poll(() => tail.settledBy(firstGroup), { timeout: 10 * quietMs }).toBe(true);
  expect(again.map(textOf), 'comes again').toEqual(taken.slice(1, 2).map(textOf));
}

/** Takes all and has extended it once when its connection breaks: nothing is given back. */
async function deadMember(stream: FrameStream, sessionTimeoutMs: number): Promise<void> {
  const stop = new AbortController();
  const options = { group: firstGroup, prefetch: 32, sessionTimeoutMs, signal: stop.signal };
  const victim = await stream.subscribe(options);
  onTestFinished(async () => {
    stop.abort();
    await victim[Symbol.asyncDispose]();
  });
  await take(victim.deliveries[Symbol.asyncIterator](), 3);
  // The only sign of the first extension would be in the service.
  if (sessionTimeoutMs > shortestMs) await setTimeout(deadlineMs / 2);
  await stream[Symbol.asyncDispose]();
}

async function notDrainedBefore(stream: FrameStream, count: number, why: string): Promise<void> {
  const tail = await stream.tail();
  const heir = await joinGroup(stream, firstGroup);
  const got = collect(heir);
  let drained = false;
  await vi.waitUntil(
    async () => {
      drained ||= await tail.settledBy(firstGroup);
      return drained || got.length === count;
    },
    { interval: 200, timeout: 60_000 },
  );
  expect(drained, why).toBe(false);
  await heir.leave();
}

/** What a member is given, all of it in work. */
function collect({ deliveries }: Subscription): Delivery[] {
  const given: Delivery[] = [];
  void (async () => {
    for await (const delivery of deliveries) given.push(delivery);
  })();
  return given;
}
