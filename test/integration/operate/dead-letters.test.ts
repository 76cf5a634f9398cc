import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { countWaiting, listDeadLetters } from '../../../src/core/operate/dead-letters.js';
import { discardDeadLetters } from '../../../src/core/operate/discard.js';
import { replayGroupOf } from '../../../src/core/stream/dead-letters.js';
import { silentLog } from '../../../src/core/base/log.js';
import { replayDeadLetters } from '../../../src/core/operate/replay.js';
import type { FrameStream, Rejected } from '../../../src/core/stream/port.js';
import { verifyVideo } from '../../../src/core/answers/verify.js';
import { freshName, freshStream, openStream, publish } from '../../support/fresh.js';
import { drain, freshPorts, messagesOf, options } from '../../support/pipeline.js';
import { sharedStack } from '../../support/stack.js';

const signal = new AbortController().signal;

const listed = (letters: FrameStream) => listDeadLetters(letters, signal);

function replay(letters: FrameStream, stream: FrameStream, again = false): Promise<number> {
  return replayDeadLetters(letters, stream, { again, signal, log: silentLog });
}

/** A video whose name belonged to other content while its twelve messages were consumed; the name is free by now. */
async function wronglyRefused() {
  const ports = await freshPorts({ partitions: 1 });
  const settings = options();
  await ports.store.claim({ video: 'cat', fingerprint: 'cd'.repeat(32), sampling: 'every=1' });
  await publish(ports.stream, await messagesOf('cat', 11));
  expect(await drain(ports, settings)).toMatchObject({ stored: 0, deadLettered: 12 });
  await ports.store.remove('cat');
  const letters = await openStream(ports.stream.deadLetterTopic);
  return { ports, settings, letters };
}

describe('dead letters', () => {
  it('are listed with what is known of them, and a message that was dead-lettered twice is one', async () => {
    const { ports, letters } = await wronglyRefused();
    const before = await listed(letters);
    expect(before).toHaveLength(12);
    expect(before[4]).toMatchObject({
      origin: { topic: ports.stream.topic, partition: 0, offset: '4' },
      frame: { video: 'cat', frame: 5 },
      reason: expect.stringContaining('different content') as string,
      replayed: false,
    });
    const [message] = await messagesOf('cat', 1);
    const again = { origin: before[4]?.origin ?? { topic: '', partition: 0, offset: '' }, reason: 'again' };
    await ports.stream.deadLetter(message ? [{ message, ...again }] : []);
    expect(await listed(letters)).toHaveLength(12);
  });

  it('are replayed as they were: the video is complete afterwards', async () => {
    const { ports, settings, letters } = await wronglyRefused();
    expect(await replay(letters, ports.stream)).toBe(12);
    expect((await listed(letters)).every(({ replayed }) => replayed)).toBe(true);
    expect(await drain(ports, settings)).toMatchObject({ stored: 11, duplicates: 0, deadLettered: 0 });
    const info = await ports.store.video('cat');
    expect(info && (await verifyVideo(ports.store, info))).toMatchObject({ stored: 11, complete: true });
  });

  it('are replayed once, however often that is asked for, unless all of them are meant', async () => {
    const { ports, settings, letters } = await wronglyRefused();
    expect(await replay(letters, ports.stream)).toBe(12);
    expect(await replay(letters, ports.stream)).toBe(0);
    expect(await replay(letters, ports.stream, true)).toBe(12);
    expect(await drain(ports, settings)).toMatchObject({ stored: 11, duplicates: 11 });
  });

  it('that were dealt with are none that wait, also where a second group rejects the same message', async () => {
    const { ports, settings, letters } = await wronglyRefused();
    const options = { signal, log: silentLog };
    const second = { ...settings, group: freshName('group') };
    await ports.store.claim({ video: 'cat', fingerprint: 'cd'.repeat(32), sampling: 'every=1' });
    expect(await drain(ports, second)).toMatchObject({ deadLettered: 12 });
    expect(await countWaiting(letters)).toEqual({ count: 12, exact: true });
    // All messages count where listing them takes too long: never fewer than are open.
    const all = { count: 24, exact: false };
    expect(await countWaiting(letters, { patienceMs: 0, mostRead: 100 })).toEqual(all);
    expect(await countWaiting(letters, { patienceMs: 20_000, mostRead: 23 })).toEqual(all);
    const groups = new Set((await listed(letters)).map(({ group }) => group));
    expect([...groups]).toEqual([settings.group]);

    const end = (await listed(letters)).at(-1)?.id ?? '';
    expect(await discardDeadLetters(letters, ports.stream, { ...options, filter: { ids: [end] } })).toBe(1);
    expect(await countWaiting(letters)).toEqual({ count: 11, exact: true });
    expect(await discardDeadLetters(letters, ports.stream, { ...options, filter: { video: 'cat' } })).toBe(
      11,
    );
    expect(await countWaiting(letters)).toEqual({ count: 0, exact: true });
    expect(await letters.lag(replayGroupOf(letters.topic))).toMatchObject({ partitions: [{ lag: 0 }] });

    // The same messages once more, after everything was dealt with.
    expect(await drain(ports, { ...settings, group: freshName('group') })).toMatchObject({
      deadLettered: 12,
    });
    expect(await countWaiting(letters)).toEqual({ count: 0, exact: true });
    expect(await replay(letters, ports.stream)).toBe(0);
    expect(await replay(letters, ports.stream, true)).toBe(0);
    expect(await ports.store.count('cat')).toBe(0);
  });

  it('of nobody are shown and never published', async () => {
    const { ports, letters } = await wronglyRefused();
    await publish(letters, [{ key: null, value: Buffer.from('stray'), headers: new Map(), ordered: false }]);
    expect((await listed(letters)).at(-1)).toMatchObject({
      reason: expect.stringContaining('not a dead letter of mvs') as string,
    });
    expect(await replay(letters, ports.stream)).toBe(12);
    expect(await replay(letters, ports.stream)).toBe(0);
  });

  it('of a topic that was created again are others, also at the same place', async () => {
    const { ports, letters } = await wronglyRefused();
    expect(await replay(letters, ports.stream)).toBe(12);
    const first = letterOf(ports.stream, 4);
    await ports.stream.deadLetter([{ ...first, note: { publishedAt: Date.now() } }]);
    expect(await countWaiting(letters)).toEqual({ count: 1, exact: true });
    // One waits, behind more that are replayed than are read.
    const some = { patienceMs: 20_000, mostRead: 5 };
    expect(await countWaiting(letters, some)).toEqual({ count: 1, exact: false });
    expect(await replay(letters, ports.stream)).toBe(1);
  });

  it('that were kept stay open, also where the clock was behind when they are kept again', async () => {
    const stream = await freshStream(1);
    const kept = { deadLetteredAt: Date.now(), at: Date.now() + 3_600_000 };
    await stream.deadLetter([{ ...letterOf(stream, 1), note: { kept } }, letterOf(stream, 2)]);
    const letters = await openStream(stream.deadLetterTopic);
    const filter = { ids: [`${stream.topic}/0/2`] };
    expect(await replayDeadLetters(letters, stream, { again: false, filter, signal, log: silentLog })).toBe(
      1,
    );
    expect((await listed(letters)).map(({ replayed }) => replayed).sort()).toEqual([false, true]);
    expect(await replay(letters, stream)).toBe(1);
  });

  it('of two topics are replayed at the same time, each to its own', async () => {
    const streams = await Promise.all([freshStream(1), freshStream(1)]);
    const replayed = streams.map(async (stream) => {
      await stream.deadLetter([letterOf(stream, 1)]);
      return replay(await openStream(stream.deadLetterTopic), stream);
    });
    expect(await Promise.all(replayed)).toEqual([1, 1]);
    for (const stream of streams)
      expect(await stream.lag(freshName('group'))).toMatchObject({ partitions: [{ lag: 1 }] });
  });

  it('that retention has taken are not waited for', async () => {
    const stream = await freshStream(1);
    await stream.deadLetter([letterOf(stream, 1)]);
    const letters = await openStream(stream.deadLetterTopic);
    expect(await replay(letters, stream)).toBe(1);
    await stream.deadLetter([letterOf(stream, 2), letterOf(stream, 3)]);
    await takeByRetention(letters.topic, 3);
    expect(await replay(letters, stream)).toBe(0);
  });

  it('are replayed one by one where together they are larger than the topic allows', async () => {
    const stream = await freshStream(1);
    const sizes = [900_000, 8_000_000, 700_000, 700_000];
    await stream.deadLetter(sizes.map((size, n) => letterOf(stream, n, Buffer.alloc(size, 7))));
    expect(await replay(await openStream(stream.deadLetterTopic), stream)).toBe(sizes.length);
    expect(await stream.lag(freshName('group'))).toMatchObject({ partitions: [{ lag: sizes.length }] });
  });
});

function letterOf({ topic }: FrameStream, n: number, value = Buffer.from(String(n))): Rejected {
  const message = { key: null, value, headers: new Map() };
  return { message, origin: { topic, partition: 0, offset: String(n) }, reason: 'not a JPEG' };
}

async function takeByRetention(topic: string, before: number): Promise<void> {
  const admin = new Kafka({ brokers: sharedStack().brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  // kafkajs looks up the leader in what it knows of the topic.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] });
  await admin.disconnect();
}
