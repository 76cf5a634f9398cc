import { describe, expect, it } from 'vitest';
import { answerVideo } from '../../../src/core/answers/videos.js';
import { decodeDeadLetter } from '../../../src/core/stream/dead-letter-codec.js';
import type { OutgoingMessage, StreamMessage } from '../../../src/core/stream/port.js';
import { freshName, joinGroup, lagOf, openStream, publish, take } from '../../support/fresh.js';
import {
  drain,
  frameNumbers,
  freshPorts,
  messagesOf,
  options,
  storedFrames,
} from '../../support/pipeline.js';
import { badPicture, notAJpeg, poison } from '../../support/poison.js';

/** Sixteen frames and their totals, with the poison in their middle. */
async function poisonedTopic(bad: readonly OutgoingMessage[], partitions = 2) {
  const ports = await freshPorts({ partitions });
  const messages = await messagesOf('cat', 16);
  for (const some of [messages.slice(0, 8), bad, messages.slice(8)]) await publish(ports.stream, some);
  return ports;
}

describe('poison', () => {
  it('goes to the dead letters as it was, each with its origin and reason, and does not stop the rest', async () => {
    const bad = Object.values(await poison());
    const ports = await poisonedTopic(bad);
    const settings = options();
    expect(await drain(ports, settings)).toMatchObject({
      stored: 16,
      duplicates: 0,
      deadLettered: bad.length,
    });
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(16));
    expect((await lagOf(ports.stream, settings.group)).map(({ lag }) => lag)).toEqual([0, 0]);

    const letters = await openStream(ports.stream.deadLetterTopic);
    const { deliveries } = await joinGroup(letters, freshName('group'));
    const taken = (await take(deliveries[Symbol.asyncIterator](), bad.length)).map(({ message }) =>
      decodeDeadLetter(message),
    );
    for (const { reason, origin } of taken) {
      expect(reason.length).toBeGreaterThan(10);
      expect(origin.topic).toBe(ports.stream.topic);
    }
    expect(taken.map(({ message }) => comparable(message)).sort()).toEqual(bad.map(comparable).sort());
  });

  it('is told apart in the account of its video: bad pictures are its frames, other content is not', async () => {
    const messages = await poison();
    const ports = await poisonedTopic(Object.values(messages));
    await drain(ports);
    const dead = await ports.store.deadFrames('cat');
    expect(dead.map(({ frame }) => frame)).toEqual([0, 1, 2, 3, 4, 5].map((n) => badPicture + n));
    expect(dead[0]).toMatchObject({ video: 'cat', reason: expect.stringContaining('not a JPEG') as string });
    expect(await answerVideo(ports.store, 'cat')).toMatchObject({
      expected: 16,
      stored: 16,
      deadLettered: 6,
    });
  });

  it('is only counted under "skip"', async () => {
    const bad = notAJpeg();
    const ports = await poisonedTopic([bad]);
    const settings = options({ onBadFrame: 'skip' });
    expect(await drain(ports, settings)).toMatchObject({ stored: 16, deadLettered: 0, skipped: 1 });
    const letters = await openStream(ports.stream.deadLetterTopic);
    await expect(letters.partitions()).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
  });

  it('is settled under "skip" also where all of its batch came after it', async () => {
    const ports = await freshPorts({ partitions: 1 });
    const bad = notAJpeg();
    await publish(ports.stream, [bad, ...(await messagesOf('cat', 16))]);
    const settings = options({ onBadFrame: 'skip', batchSize: 64 });
    expect(await drain(ports, settings)).toMatchObject({ stored: 16, skipped: 1 });
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 0 }] });
  });

  it('ends the consumer under "stop": it is not settled, and what came with it is stored', async () => {
    const bad = notAJpeg();
    const ports = await poisonedTopic([bad], 1);
    const settings = options({ onBadFrame: 'stop', batchSize: 64 });
    await expect(drain(ports, settings)).rejects.toMatchObject({
      code: 'BAD_MESSAGE',
      message: expect.stringContaining('partition 0 offset 8: not a JPEG') as string,
    });
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(16));
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ currentOffset: 8 }] });

    expect(await drain(ports, { ...settings, onBadFrame: 'dlq' })).toMatchObject({ deadLettered: 1 });
  });
});

function comparable({ key, value, headers }: StreamMessage): string {
  return JSON.stringify(
    [key, value, [...headers]].map((part) => part ?? 'null'),
    (_, part: unknown) => (part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part),
  );
}
