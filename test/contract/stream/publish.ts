import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { unlessAborted } from '../../../src/core/base/abort.js';
import { MvsError } from '../../../src/core/base/errors.js';
import type { FrameStream, OutgoingMessage, Publisher } from '../../../src/core/stream/port.js';
import { browsed, numbered, publish, textOf, texts } from '../../support/fresh.js';

/** How a system is broken for these tests. */
export interface PublishTraits {
  /** Opens a stream of its own where requests that publish fail, by turns after and before they are carried out. */
  readonly losing: (partitions: number) => Promise<{ stream: FrameStream; lost: () => number }>;
  /** Opens a stream whose topic is there. */
  readonly reopen: (topic: string) => Promise<FrameStream>;
  readonly deleteTopic: (topic: string) => Promise<unknown>;
  /** A group for which the system keeps what is published. */
  readonly group: string;
}

/** No publish may take longer than this once its topic is gone. */
const limitMs = 30_000;

/** What `publish` resolves for is in the stream, whatever the stream did meanwhile. */
export function publishContract(
  open: (partitions: number) => Promise<FrameStream>,
  { losing, reopen, deleteTopic, group }: PublishTraits,
): void {
  const textsIn = async (topic: string): Promise<Set<string>> =>
    new Set((await browsed(await reopen(topic), group)).map(textOf));
  const deleted = async (stream: FrameStream): Promise<void> => {
    await deleteTopic(stream.topic);
    await vi.waitFor(
      () => expect(stream.partitions()).rejects.toMatchObject({ code: 'TOPIC_MISSING' }),
      limitMs,
    );
  };

  describe('what is published', () => {
    it('is all there though requests and their answers get lost', async () => {
      const { stream, lost } = await losing(2);
      await using publisher = await stream.publisher();
      for (const batch of batchesOf(numbered(36))) await publisher.publish(batch);
      expect(lost()).toBeGreaterThan(0);
      expect(await textsIn(stream.topic)).toEqual(new Set(texts(36)));
    });

    it('while its topic is deleted is refused as TOPIC_MISSING, within 30 s', async () => {
      const stream = await open(2);
      const publisher = await publisherOf(stream);
      let published = 0;
      const publishing = (async () => {
        for (;;) published += await publisher.publish(numbered(20)).then(() => 20);
      })();
      publishing.catch(() => undefined);
      await vi.waitUntil(() => published >= 60, limitMs);
      await deleted(stream);
      const refused = unlessAborted(publishing, AbortSignal.timeout(limitMs));
      await expect(refused).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    });

    /** A lane that has published nothing yet goes another way in most clients. */
    it.each([
      ['a lane that was opened before', 0],
      ['a lane that has published before', 6],
    ])('by %s is there or refused where the topic is new and has fewer partitions', async (_, before) => {
      const stream = await open(3);
      const publisher = await publisherOf(stream);
      if (before > 0) await publisher.publish(numbered(before));
      await deleted(stream);
      const anew = await reopen(stream.topic);
      // Right after it was deleted, a Kafka topic may be called missing once more.
      await vi.waitFor(() => anew.createTopic({ partitions: 1, replicationFactor: 1 }), limitMs);
      const confirmed: string[] = [];
      for (const batch of batchesOf(numbered(60))) {
        const ending = publisher.publish(batch).then(
          () => batch.map(({ value }) => String(value)),
          (error: unknown) => (error instanceof MvsError ? [] : Promise.reject(error as Error)),
        );
        confirmed.push(...(await unlessAborted(ending, AbortSignal.timeout(limitMs))));
      }
      // A new lane works in any case.
      await publish(anew, numbered(61).slice(60));
      expect([...(await textsIn(stream.topic))]).toEqual(expect.arrayContaining([...confirmed, '60']));
    });
  });
}

/** With messages that are ordered, each for itself, and such that are not. */
function batchesOf(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const mixed = messages.map((message, n) => ({ ...message, ordered: n % 2 === 1 }));
  return Array.from({ length: Math.ceil(mixed.length / 6) }, (_, n) => mixed.slice(6 * n, 6 * n + 6));
}

/** A lane that a test which fails leaves behind in peace. */
async function publisherOf(stream: FrameStream): Promise<Publisher> {
  const stop = new AbortController();
  const publisher = await stream.publisher(stop.signal);
  onTestFinished(async () => {
    stop.abort();
    await publisher[Symbol.asyncDispose]();
  });
  return publisher;
}
