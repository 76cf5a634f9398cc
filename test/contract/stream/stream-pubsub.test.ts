import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { encodeFrame } from '../../../src/core/stream/codec.js';
import { silentLog } from '../../../src/core/base/log.js';
import { textHeaders } from '../../../src/core/stream/message.js';
import { replayGroupOf } from '../../../src/core/stream/dead-letters.js';
import { openPubSub } from '../../../src/core/stream/pubsub/index.js';
import type { Delivery } from '../../../src/core/stream/port.js';
import { browsed, freshName, joinGroup, numbered, publish, take, textOf } from '../../support/fresh.js';
import { clockRate, firstGroup, freshTopic, hasPubSub, openTopicOf, useFake } from '../../support/pubsub.js';
import { streamContract } from './stream.js';

/** Longer than the shortest deadline of the service. */
const longMs = 12_000 / clockRate;

describe.skipIf(!hasPubSub)('Pub/Sub', () => {
  useFake();

  streamContract(() => freshTopic(), {
    reopen: openTopicOf,
    capabilities: { partitions: false, counts: false, showsGroups: false, keepsSettled: false },
    settledWithinMs: 50_000,
  });

  it('refuses a frame that is too large before it sends anything, and says what helps', async () => {
    const stream = await freshTopic();
    const large = { key: null, value: Buffer.alloc(10_000_000), headers: new Map(), ordered: false };
    await expect(publish(stream, [...numbered(1), large])).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringMatching(/--width.*--quality/) as string,
    });
    await publish(stream, [{ ...large, value: Buffer.alloc(9_890_000) }]);
    const { deliveries } = await joinGroup(stream, firstGroup);
    const [only] = await take(deliveries[Symbol.asyncIterator](), 1);
    expect(only?.message.value?.byteLength).toBe(9_890_000);
    // The largest frame still fits with a reason and its origin.
    if (only) await stream.deadLetter([{ ...only, reason: 'ü'.repeat(500) }]);
  });

  it('shows the headers of a frame as attributes, for filters and other readers', async () => {
    const stream = await freshTopic();
    const text = { video: 'vidéo 日本', fingerprint: 'ab'.repeat(32), sampling: 'every=1' };
    const message = encodeFrame({ ...text, frame: 1, time: 0, jpeg: Buffer.from('x') }, 'video');
    const { toPubSub } = await import('../../../src/core/stream/pubsub/message.js');
    expect(toPubSub(message)).toMatchObject({
      attributes: { video_name: 'vidéo 日本', frame: '1', mvs_key: 'vidéo 日本' },
      orderingKey: 'vidéo 日本',
    });
    await publish(stream, [message]);
  });

  it('takes a header that no attribute can hold: a long one, or one of a hundred', async () => {
    const stream = await freshTopic();
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`name${n}`, 'x']));
    const headers = [{ long: 'x'.repeat(1025) }, { googclient: 'x' }, { mvs_key: 'x' }, many].map(
      textHeaders,
    );
    const messages = headers.map((each) => ({
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      headers: each,
    }));
    await publish(
      stream,
      messages.map((message) => ({ ...message, ordered: true })),
    );
    const { deliveries } = await joinGroup(stream, firstGroup);
    const taken: unknown[] = [];
    for await (const delivery of deliveries) {
      taken.push(delivery.message);
      delivery.settle();
      if (taken.length === messages.length) break;
    }
    expect(taken).toEqual(messages);
  });

  it('moves what was handed out too often to the dead letters, where the topic says how often', async () => {
    const stream = await openTopicOf(freshName('topic'));
    const settings = new Map([['maxDeliveryAttempts', '5']]);
    await stream.createTopic({ partitions: 1, replicationFactor: 1, settings });
    // Of a group that comes later too. (The fake counts for all groups of a topic together: only one reads.)
    const group = freshName('group');
    await (await joinGroup(stream, group)).leave();
    await publish(stream, numbered(1));
    const letters = await openTopicOf(stream.deadLetterTopic);
    const { deliveries } = await joinGroup(letters, replayGroupOf(letters.topic));
    const moved = take(deliveries[Symbol.asyncIterator](), 1);
    let [attempts, isMoved] = [0, false];
    while (!isMoved) {
      const member = await joinGroup(stream, group);
      const taken = take(member.deliveries[Symbol.asyncIterator](), 1);
      isMoved = await Promise.race([taken.then(() => false), moved.then(() => true)]);
      if (!isMoved) attempts += 1;
      // Unsettled, as by a member that its message kills.
      await member.leave();
    }
    expect((await moved).map(textOf)).toEqual(['0']);
    // A request that is cancelled may be given the message too, and that counts.
    expect(attempts).toBeGreaterThan(0);
    expect(attempts).toBeLessThanOrEqual(5);
  });

  it('keeps what is browsed from other members until the end, longer than the deadline, and gives it back', async () => {
    const stream = await freshTopic();
    await publish(stream, numbered(3));
    const browsing = stream.browse(firstGroup, new AbortController().signal)[Symbol.asyncIterator]();
    expect(await browsing.next()).toMatchObject({ done: false });
    const deliveries: Delivery[] = [];
    const member = await joinGroup(stream, firstGroup);
    void (async () => {
      for await (const delivery of member.deliveries) deliveries.push(delivery);
    })();
    // Nothing can be waited for: that nobody else gets it is what is promised.
    await setTimeout(longMs);
    expect(deliveries).toEqual([]);
    await browsing.return?.();
    await expect.poll(() => deliveries.length, { timeout: 60_000 }).toBe(3);
  });

  it('makes no subscription for a group whose messages are to be browsed', async () => {
    const stream = await freshTopic();
    const group = freshName('group');
    expect(await browsed(stream, group)).toEqual([]);
    await publish(stream, numbered(3));
    expect(await browsed(stream, group)).toEqual([]);
  });

  it.each([
    ['maxDeliveryAttempts', '4'],
    ['maxDeliveryAttempts', 'x'],
    ['cleanup.policy', 'compact'],
  ])('refuses the setting %s=%s and says what there is', async (name, value) => {
    const stream = await openTopicOf(freshName('topic'));
    const spec = { partitions: 1, replicationFactor: 1, settings: new Map([[name, value]]) };
    await expect(stream.createTopic(spec)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(`${name}=${value}`) as string,
      hint: expect.stringContaining('maxDeliveryAttempts=N') as string,
    });
  });

  it('says that a topic is missing, that a topic cannot be made as told, that a group has no name of its own', async () => {
    const stream = await openTopicOf(freshName('missing'));
    await expect(stream.partitions()).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    const spec = { partitions: 1, replicationFactor: 1 };
    await expect(stream.createTopic({ ...spec, retentionMs: Infinity })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(joinGroup(stream, 'g'.repeat(255))).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe.skipIf(!hasPubSub)('Pub/Sub that is away', () => {
  it('is told within seconds, and may come back', async () => {
    process.env.PUBSUB_EMULATOR_HOST = '127.0.0.1:1';
    const stream = await openPubSub({ project: 'project', topic: 't', group: firstGroup, log: silentLog });
    delete process.env.PUBSUB_EMULATOR_HOST;
    const started = Date.now();
    await expect(stream.partitions()).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retriable: true });
    expect(Date.now() - started).toBeLessThan(10_000);
    await stream[Symbol.asyncDispose]();
  });
});
