import { describe, expect, it, vi } from 'vitest';
import { countWaiting, findDeadLetter, listDeadLetters } from '../../../src/core/operate/dead-letters.js';
import { silentLog } from '../../../src/core/base/log.js';
import { discardDeadLetters } from '../../../src/core/operate/discard.js';
import type { LetterFilter } from '../../../src/core/operate/letter-filter.js';
import { replayDeadLetters, type ReplayOptions } from '../../../src/core/operate/replay.js';
import { replayGroupOf } from '../../../src/core/stream/dead-letters.js';
import type { FrameStream } from '../../../src/core/stream/port.js';
import {
  freshName,
  freshStream,
  joinGroup,
  numbered,
  openStream,
  publish,
  take,
  textOf,
} from '../../support/fresh.js';
import { freshKinesis, openKinesisAt, useKinesis } from '../../support/kinesis.js';
import { firstGroup, freshTopic, hasPubSub, openTopicOf, useFake } from '../../support/pubsub.js';

const signal = new AbortController().signal;

const listed = (letters: FrameStream) => listDeadLetters(letters, signal);

function replay(
  letters: FrameStream,
  stream: FrameStream,
  changes?: Partial<ReplayOptions>,
): Promise<number> {
  return replayDeadLetters(letters, stream, { again: false, signal, log: silentLog, ...changes });
}

/** As long as Kinesis' are. */
function offsetOf(value: string): string {
  return `12345678901234567890123456${value.charCodeAt(0)}`;
}

async function deadLetter(stream: FrameStream, value: string): Promise<void> {
  const message = { key: null, value: Buffer.from(value), headers: new Map() };
  const origin = { topic: stream.topic, partition: 0, offset: offsetOf(value) };
  await stream.deadLetter([{ message, origin, reason: `${value} is no picture` }]);
}

/** @param group that gets what is published to a new stream */
function deadLettersOn(
  open: () => Promise<FrameStream>,
  reopen: (topic: string) => Promise<FrameStream>,
  group: string,
): void {
  it('are listed with reason and origin and sent once; what comes back meanwhile is left for the next time', async () => {
    const stream = await open();
    await deadLetter(stream, 'a');
    const letters = await reopen(stream.deadLetterTopic);
    expect(await countWaiting(letters)).toBeNull();
    const origin = { topic: stream.topic, offset: offsetOf('a') };
    expect(await listed(letters)).toMatchObject([
      { reason: 'a is no picture', origin, bytes: 1, replayed: false },
    ]);

    let back: Promise<void> | undefined;
    const comeBack = async (): Promise<void> => {
      const tail = await letters.tail();
      const place = { topic: letters.topic, partition: 0, offset: '0' };
      const isLater = (): boolean => !tail.includes({ origin: place, publishedAt: new Date() });
      await vi.waitUntil(isLater, { timeout: 60_000 });
      await deadLetter(stream, 'b');
    };
    const onReplayed = (): void => {
      back ??= comeBack();
    };
    expect(await replay(letters, stream, { onReplayed })).toBe(1);
    await back;
    const after = (await listed(letters)).map(({ reason, replayed }) => [reason[0], replayed]);
    const left = ['b', false];
    expect(after).toEqual(letters.capabilities.keepsSettled ? [['a', true], left] : [left]);

    expect(await replay(letters, stream)).toBe(1);
    // Elsewhere it takes as long as a replay does.
    if (letters.capabilities.keepsSettled) expect(await replay(letters, stream)).toBe(0);
    expect(await received(stream, group, 2)).toEqual(['a', 'b']);
  });
}

/** The part that is the same on all streams: some letters of several, chosen by what is known of them. */
function choosingOn(
  create: () => Promise<FrameStream>,
  reopen: (topic: string) => Promise<FrameStream>,
  group: string,
): void {
  const states = async (letters: FrameStream) =>
    (await listed(letters)).map(({ reason, replayed, discarded }) => [
      reason[0],
      discarded ? 'discarded' : replayed ? 'replayed' : 'open',
    ]);

  it('are replayed and discarded one by one, while the others stay open', async () => {
    const stream = await create();
    for (const value of ['a', 'b', 'c']) await deadLetter(stream, value);
    // By a second group, or after a reset of the first: still one letter.
    await deadLetter(stream, 'b');
    const letters = await reopen(stream.deadLetterTopic);
    const { keepsSettled } = letters.capabilities;
    const before = await listed(letters);
    expect(before.map(({ reason }) => reason[0]).sort()).toEqual(['a', 'b', 'c']);
    const first = before.find(({ reason }) => reason.startsWith('a'));

    const filter = { reason: 'B IS' };
    const killed = (): void => {
      throw new Error('killed');
    };
    // Sent, but not noted: it is sent once more.
    await expect(replay(letters, stream, { filter, onReplayed: killed })).rejects.toThrow('killed');
    expect(await replay(letters, stream, { filter })).toBe(1);
    // The others are not written again: a mark without a payload is all that is new.
    if (keepsSettled) expect(await sizesIn(letters)).toEqual([0, 1, 1, 1, 1]);
    if (keepsSettled) expect(await replay(letters, stream, { filter })).toBe(0);
    const open = [
      ['a', 'open'],
      ['c', 'open'],
    ];
    expect((await states(letters)).sort()).toEqual(
      [...open, ...(keepsSettled ? [['b', 'replayed']] : [])].sort(),
    );
    const kept = (await listed(letters)).find(({ id }) => id === first?.id);
    expect(kept?.deadLetteredAt).toEqual(first?.deadLetteredAt);

    const discard = (filter: LetterFilter) =>
      discardDeadLetters(letters, stream, { filter, signal, log: silentLog });
    expect(await discard({ ids: [`${stream.topic}/0/${offsetOf('a')}`] })).toBe(1);
    expect(await discard({ group: 'nope' })).toBe(0);
    const found = await findDeadLetter(letters, `${stream.topic}/0/${offsetOf('c')}`, signal);
    expect(Buffer.from(found?.message.value ?? []).toString()).toBe('c');
    expect(await replay(letters, stream)).toBe(1);
    const after = [
      ['a', 'discarded'],
      ['b', 'replayed'],
      ['c', 'replayed'],
    ];
    expect((await states(letters)).sort()).toEqual(keepsSettled ? after : []);
    expect(await received(stream, group, 3)).toEqual(['b', 'b', 'c']);
  });
}

async function sizesIn(letters: FrameStream): Promise<number[]> {
  const sizes: number[] = [];
  for await (const { message } of letters.browse(replayGroupOf(letters.topic), signal))
    sizes.push(message.value?.length ?? 0);
  return sizes.sort();
}

async function received(stream: FrameStream, group: string, count: number): Promise<string[]> {
  const { deliveries, leave } = await joinGroup(stream, group);
  const taken = await take(deliveries[Symbol.asyncIterator](), count);
  await leave();
  return taken.map(textOf).sort();
}

describe('dead letters of Kafka', () => {
  choosingOn(() => freshStream(1), openStream, freshName('group'));
});

describe('dead letters of Kinesis', () => {
  choosingOn(() => freshKinesis(1), openKinesisAt, freshName('group'));
  useKinesis();
  deadLettersOn(() => freshKinesis(1), openKinesisAt, freshName('group'));

  it('are all sent again where that is asked for, and that counts for nothing', async () => {
    const stream = await freshKinesis(1);
    for (const value of ['a', 'b']) await deadLetter(stream, value);
    const letters = await openKinesisAt(stream.deadLetterTopic);
    expect(await replay(letters, stream, { again: true })).toBe(2);
    expect(await replay(letters, stream)).toBe(2);
    expect(await replay(letters, stream, { again: true })).toBe(2);
  });
});

describe.skipIf(!hasPubSub)('dead letters of Pub/Sub', () => {
  useFake();
  choosingOn(freshTopic, openTopicOf, firstGroup);
  deadLettersOn(freshTopic, openTopicOf, firstGroup);

  it('cannot be sent again once they are gone, and that is said', async () => {
    const stream = await freshTopic();
    await deadLetter(stream, 'a');
    const letters = await openTopicOf(stream.deadLetterTopic);
    await expect(replay(letters, stream, { again: true })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('does not keep replayed letters') as string,
    });
    expect(await listed(letters)).toHaveLength(1);
  });

  it('of nobody, as the service makes them, are sent as they are: what is settled there is lost', async () => {
    const stream = await freshTopic();
    await deadLetter(stream, 'a');
    const letters = await openTopicOf(stream.deadLetterTopic);
    await publish(letters, numbered(1));
    const reasons = (await listed(letters)).map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringContaining('not a dead letter of mvs'));
    expect(await replay(letters, stream)).toBe(2);
    const { deliveries } = await joinGroup(stream, firstGroup);
    const taken = await take(deliveries[Symbol.asyncIterator](), 2);
    expect(taken.map(textOf).sort()).toEqual(['0', 'a']);
  });
});
