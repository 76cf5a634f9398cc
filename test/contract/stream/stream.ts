import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { decodeDeadLetter, encodeDeadLetter } from '../../../src/core/stream/dead-letter-codec.js';
import { replayGroupOf } from '../../../src/core/stream/dead-letters.js';
import { measureLag } from '../../../src/core/operate/lag.js';
import type {
  Capabilities,
  FrameStream,
  Published,
  Rejected,
  StreamMessage,
  Subscription,
} from '../../../src/core/stream/port.js';
import {
  browsed,
  freshName,
  joinGroup,
  numbered,
  openStream,
  publish,
  strangeMessages,
  take,
  textOf,
} from '../../support/fresh.js';

const byNumber = (a: string, b: string): number => Number(a) - Number(b);

/** What a system has. */
export interface StreamTraits {
  /** Opens a stream whose topic is there. */
  readonly reopen: (topic: string) => Promise<FrameStream>;
  readonly capabilities: Capabilities;
  /** How long it may take to know that all is settled. */
  readonly settledWithinMs: number;
}

const kafkaTraits: StreamTraits = {
  reopen: openStream,
  capabilities: { partitions: true, counts: true, showsGroups: true, keepsSettled: true },
  settledWithinMs: 10_000,
};

/** What every stream adapter promises. `open` gives a stream of its own with so many partitions. */
export function streamContract(
  open: (partitions: number) => Promise<FrameStream>,
  traits: StreamTraits = kafkaTraits,
): void {
  const { partitions, counts, keepsSettled } = traits.capabilities;
  /** In the order in which they were published, or in any where the system keeps none without a key. */
  const inOrder = (texts: string[]): string[] => (partitions ? texts : texts.sort(byNumber));
  /** A group that gets what is published from now on. */
  const freshGroup = async (stream: FrameStream): Promise<string> => {
    const group = freshName('group');
    if (!keepsSettled) await (await joinGroup(stream, group)).leave();
    return group;
  };

  describe('a published message', () => {
    it.each(strangeMessages())('is delivered byte for byte: %s', async (_, message) => {
      const stream = await open(1);
      const group = await freshGroup(stream);
      await publish(stream, [{ ...message, ordered: false }]);
      const { deliveries } = await joinGroup(stream, group);
      const [delivery] = await take(deliveries[Symbol.asyncIterator](), 1);
      expect(delivery?.message).toEqual(message);
    });

    it('keeps its place among those of its key', async () => {
      const stream = await open(3);
      const group = await freshGroup(stream);
      await publish(stream, numbered(50, true));
      const { deliveries } = await joinGroup(stream, group);
      const taken: string[] = [];
      for await (const delivery of deliveries) {
        taken.push(textOf(delivery));
        // A system may give out the next one of a key when the one before is settled.
        delivery.settle();
        if (taken.length === 50) break;
      }
      expect(taken).toEqual(numbered(50).map((_, n) => String(n)));
    });

    it.runIf(partitions)('goes to all partitions evenly where no order is asked for', async () => {
      const stream = await open(3);
      await publish(stream, numbered(30));
      const { deliveries } = await joinGroup(stream, freshName('group'));
      const taken = await take(deliveries[Symbol.asyncIterator](), 30);
      const counts = [0, 1, 2].map((n) => taken.filter(({ origin }) => origin.partition === n).length);
      expect(counts).toEqual([10, 10, 10]);
    });
  });

  describe('settling', () => {
    it('spares a message the next member of the group; what is not settled comes again', async () => {
      const stream = await open(1);
      const group = await freshGroup(stream);
      await publish(stream, numbered(10));
      const first = await joinGroup(stream, group);
      const taken = await take(first.deliveries[Symbol.asyncIterator](), 10);
      for (const delivery of taken) if (Number(textOf(delivery)) < 6) delivery.settle();
      await first.leave();

      const second = await joinGroup(stream, group);
      const again = await take(second.deliveries[Symbol.asyncIterator](), 4);
      expect(inOrder(again.map(textOf))).toEqual(['6', '7', '8', '9']);
    });

    it('never skips a message that is not settled, though later ones are', async () => {
      const stream = await open(1);
      const group = await freshGroup(stream);
      await publish(stream, numbered(10));
      const first = await joinGroup(stream, group);
      const taken = await take(first.deliveries[Symbol.asyncIterator](), 10);
      for (const delivery of taken) if (textOf(delivery) !== '3') delivery.settle();
      await first.leave();

      const second = await joinGroup(stream, group);
      // Without partitions each message is settled for itself.
      const expected = partitions ? ['3', '4', '5', '6', '7', '8', '9'] : ['3'];
      const again = await take(second.deliveries[Symbol.asyncIterator](), expected.length);
      expect(again.map(textOf)).toEqual(expected);
    });

    it('shows as lag that falls to 0, or as none where nobody counts, and as drained', async () => {
      const stream = await open(2);
      const group = await freshGroup(stream);
      await publish(stream, numbered(8));
      const tail = await stream.tail();
      expect(stream.capabilities).toEqual(traits.capabilities);
      expect(await stream.partitions()).toBe(partitions ? 2 : Infinity);
      const total = async (): Promise<number | null> => (await measureLag(stream, group)).total;
      expect(await total()).toBe(counts ? 8 : null);
      expect(await tail.settledBy(group)).toBe(false);

      const { deliveries } = await joinGroup(stream, group);
      for (const delivery of await take(deliveries[Symbol.asyncIterator](), 8)) delivery.settle();
      await vi.waitFor(async () => {
        expect(await tail.settledBy(group)).toBe(true);
      }, traits.settledWithinMs);
      expect(await total()).toBe(counts ? 0 : null);
    });
  });

  it('is drained when all that was published before is settled, and not earlier', async () => {
    const stream = await open(2);
    const group = await freshGroup(stream);
    await publish(stream, numbered(8));
    const tail = await stream.tail();
    const { deliveries } = await joinGroup(stream, group);
    const taken = await take(deliveries[Symbol.asyncIterator](), 8);
    for (const delivery of taken.slice(1)) delivery.settle();
    const looks: boolean[] = [];
    // For longer than a stream may take to show what was published.
    const often = { interval: 200, timeout: 60_000 };
    await vi.waitUntil(async () => looks.push(await tail.settledBy(group)) === 10, often);
    expect(looks).not.toContain(true);
    taken[0]?.settle();
    await vi.waitUntil(() => tail.settledBy(group), traits.settledWithinMs);
  });

  describe('members of a group', () => {
    it('share the messages, and each goes to one of them', async () => {
      const stream = await open(3);
      const group = freshName('group');
      const members = await Promise.all([1, 2, 3].map(() => joinGroup(stream, group)));
      await untilEachHolds(members, partitions ? 1 : 0);
      await publish(stream, numbered(60));
      const shares = members.map((): string[] => []);
      const reading = members.map(async ({ deliveries }, n) => {
        for await (const delivery of deliveries) shares[n]?.push(textOf(delivery));
      });
      await vi.waitFor(() => {
        expect(shares.flat().sort(byNumber)).toEqual(numbered(60).map((_, n) => String(n)));
      }, 60_000);
      if (partitions) expect(shares.map(({ length }) => length)).toEqual([20, 20, 20]);
      await Promise.all(members.map((member) => member.leave()));
      await Promise.all(reading);
    });

    it('hand over what they hold when they leave', async () => {
      const stream = await open(2);
      const group = freshName('group');
      const leaver = await joinGroup(stream, group);
      const stayer = await joinGroup(stream, group);
      await untilEachHolds([leaver, stayer], partitions ? 1 : 0);
      await publish(stream, numbered(20));
      await leaver.leave();
      const seen = new Set<string>();
      for await (const delivery of stayer.deliveries) {
        seen.add(textOf(delivery));
        delivery.settle();
        if (seen.size === 20) break;
      }
      expect(seen.size).toBe(20);
    });
  });

  describe('a reader who does not read', () => {
    // Without partitions nothing moves: a member asks for as much as it has room for, and keeps that.
    it.runIf(partitions)(
      'gives partitions up to a new member at once: what it has not taken goes to the other',
      async () => {
        const stream = await open(2);
        await publish(stream, numbered(100));
        const group = freshName('group');
        const idle = await joinGroup(stream, group, 10);
        const started = Date.now();
        const busy = await joinGroup(stream, group, 10);
        await untilEachHolds([idle, busy], 1);
        // Waiting for messages that nobody takes would last until the grace for a rebalance is over.
        expect(Date.now() - started).toBeLessThan(8000);
        const share = await take(busy.deliveries[Symbol.asyncIterator](), 50);
        expect(new Set(share.map(textOf)).size).toBe(50);
      },
    );

    it('misses nothing when it goes on', async () => {
      const stream = await open(1);
      const group = await freshGroup(stream);
      await publish(stream, numbered(500));
      const { deliveries } = await joinGroup(stream, group, 10);
      const iterator = deliveries[Symbol.asyncIterator]();
      const first = await take(iterator, 1);
      const rest = await take(iterator, 499);
      expect(inOrder([...first, ...rest].map(textOf))).toEqual(numbered(500).map((_, n) => String(n)));
    });
  });

  describe('a dead letter', () => {
    it.each(strangeMessages())(
      'holds the message as it was, its origin and the reason: %s',
      async (_, message) => {
        const stream = await open(1);
        const group = await freshGroup(stream);
        await publish(stream, [{ ...message, ordered: false }]);
        const { deliveries } = await joinGroup(stream, group);
        const [delivery] = await take(deliveries[Symbol.asyncIterator](), 1);
        if (!delivery) throw new Error('nothing was delivered');
        const { origin } = delivery;
        await stream.deadLetter([{ message: delivery.message, origin, reason: 'not a JPEG' }]);

        const [letter] = await lettersOf(stream, traits, 1);
        expect(decodeDeadLetter(letter ?? message)).toEqual({ message, origin, reason: 'not a JPEG' });
      },
    );

    it('of a message that had been one before has the newer reason, and keeps the older inside', async () => {
      const stream = await open(1);
      const origin = { topic: stream.topic, partition: 0, offset: '7' };
      const message = { key: null, value: Buffer.from('x'), headers: new Map() };
      const first = encodeDeadLetter({ message, origin, reason: 'first' });
      await stream.deadLetter([{ message: first, origin: { ...origin, offset: '9' }, reason: 'second' }]);

      const [letter] = await lettersOf(stream, traits, 1);
      const outer = decodeDeadLetter(letter ?? first);
      expect(outer).toMatchObject({ reason: 'second', origin: { offset: '9' } });
      expect(decodeDeadLetter(outer.message)).toEqual({ message, origin, reason: 'first' });
    });

    it('may be one of hundreds that come at once, large ones among them', async () => {
      const stream = await open(1);
      const value = Buffer.alloc(300_000, 1);
      const rejected = Array.from({ length: 200 }, (_, n) => ({
        message: { key: null, value: n % 8 === 0 ? value : Buffer.from(String(n)), headers: new Map() },
        origin: { topic: stream.topic, partition: 0, offset: String(n) },
        reason: 'bad',
      }));
      await stream.deadLetter(rejected);
      const letters = (await lettersOf(stream, traits, rejected.length)).map(decodeDeadLetter);
      if (!partitions) letters.sort((a, b) => byNumber(a.origin.offset, b.origin.offset));
      // Of each value its hash: to compare megabytes byte by byte takes a minute.
      expect(letters.map(withHash)).toEqual(rejected.map(withHash));
    });
  });

  describe('browsing', () => {
    it('shows what is settled, where it is kept, and what is not, and changes nothing', async () => {
      const stream = await open(1);
      const group = await freshGroup(stream);
      await publish(stream, numbered(10));
      const first = await joinGroup(stream, group);
      const taken = await take(first.deliveries[Symbol.asyncIterator](), 10);
      for (const delivery of taken) if (Number(textOf(delivery)) < 4) delivery.settle();
      await first.leave();

      const expected = taken
        .map(({ message, origin, publishedAt }) => ({ message, origin, publishedAt }))
        .map((published) => ({ ...published, isSettled: Number(textOf(published)) < 4 }))
        .filter(({ isSettled }) => keepsSettled || !isSettled);
      const sorted = <T extends Published>(messages: T[]): T[] =>
        partitions ? messages : messages.sort((a, b) => byNumber(textOf(a), textOf(b)));
      expect(sorted(await browsed(stream, group))).toEqual(sorted(expected));
      expect(sorted(await browsed(stream, group))).toEqual(sorted(expected));
      const second = await joinGroup(stream, group);
      const again = await take(second.deliveries[Symbol.asyncIterator](), 6);
      expect(inOrder(again.map(textOf))).toEqual(['4', '5', '6', '7', '8', '9']);
    });

    it('shows hundreds in the order of each partition, and each once', async () => {
      const stream = await open(3);
      const group = await freshGroup(stream);
      await publish(stream, numbered(300));
      const found = await browsed(stream, group);
      expect(found.map(textOf).sort(byNumber)).toEqual(numbered(300).map((_, n) => String(n)));
      for (const partition of partitions ? [0, 1, 2] : []) {
        const texts = found.filter(({ origin }) => origin.partition === partition).map(textOf);
        expect(texts).toEqual([...texts].sort(byNumber));
      }
    });

    it('ends soon where there is nothing', async () => {
      const stream = await open(2);
      const group = await freshGroup(stream);
      const started = Date.now();
      expect(await browsed(stream, group)).toEqual([]);
      expect(Date.now() - started).toBeLessThan(8000);
    });

    it('ends when it is told to, and holds nothing up from then on', async () => {
      const stream = await open(1);
      const group = await freshGroup(stream);
      await publish(stream, numbered(100));
      const stop = new AbortController();
      const found: string[] = [];
      for await (const each of stream.browse(group, stop.signal)) {
        found.push(textOf(each));
        stop.abort();
      }
      expect(found).toHaveLength(1);
      expect(await browsed(stream, group, stop.signal)).toEqual([]);
      const started = Date.now();
      const { deliveries } = await joinGroup(stream, group);
      expect(await take(deliveries[Symbol.asyncIterator](), 100)).toHaveLength(100);
      expect(Date.now() - started).toBeLessThan(8000);
    });

    it('says that a topic is missing', async () => {
      const stream = await traits.reopen(freshName('missing'));
      await expect(browsed(stream, freshName('group'))).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    });
  });

  it('a reader ends as soon as its signal aborts, and when its member leaves without that', async () => {
    const stream = await open(1);
    const options = { prefetch: 8, sessionTimeoutMs: 10_000 };
    const [stop, never] = [new AbortController(), new AbortController()];
    const [stopped, leaver] = await Promise.all(
      [stop, never].map(({ signal }) => stream.subscribe({ ...options, group: freshName('group'), signal })),
    );
    if (!stopped || !leaver) throw new Error('no subscriptions');
    const waiting = take(stopped.deliveries[Symbol.asyncIterator](), 1);
    stop.abort();
    expect(await waiting).toEqual([]);

    await publish(stream, numbered(20));
    const iterator = leaver.deliveries[Symbol.asyncIterator]();
    expect(await take(iterator, 1)).toHaveLength(1);
    const leaving = leaver[Symbol.asyncDispose]();
    // What it had received may still be handed out; then comes the end, and no error.
    await take(iterator, 20);
    await Promise.all([leaving, stopped[Symbol.asyncDispose]()]);
  });
}

function withHash({ message, ...rest }: Rejected): object {
  return {
    ...rest,
    ...message,
    value: createHash('sha256')
      .update(message.value ?? '')
      .digest('hex'),
  };
}

async function untilEachHolds(members: readonly Subscription[], count: number): Promise<void> {
  await vi.waitFor(() => {
    expect(members.map(({ partitions }) => partitions.length)).toEqual(members.map(() => count));
  }, 60_000);
}

async function lettersOf(
  stream: FrameStream,
  { reopen }: StreamTraits,
  count: number,
): Promise<StreamMessage[]> {
  const letters = await reopen(stream.deadLetterTopic);
  const { deliveries } = await joinGroup(letters, replayGroupOf(letters.topic));
  return (await take(deliveries[Symbol.asyncIterator](), count)).map(({ message }) => message);
}
