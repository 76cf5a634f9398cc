import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import type { Classifier } from '../../../src/core/classifier/port.js';
import { consume, type ConsumePorts } from '../../../src/core/consume/consume.js';
import { MvsError } from '../../../src/core/base/errors.js';
import { toKafkaMessage } from '../../../src/core/stream/kafka/message.js';
import type { FrameStream, OutgoingMessage, Subscription } from '../../../src/core/stream/port.js';
import { listening, never, withChanges } from '../../support/broken.js';
import { publish } from '../../support/fresh.js';
import {
  drain,
  frameNumbers,
  freshPorts,
  messagesOf,
  options,
  storedFrames,
} from '../../support/pipeline.js';
import { sharedStack } from '../../support/stack.js';

/** A stream whose first subscriptions hold their partitions and never deliver anything. */
function deaf(stream: FrameStream, subscriptions: number): FrameStream {
  let left = subscriptions;
  return withChanges(stream, {
    subscribe: async (settings) => {
      const subscription = await stream.subscribe(settings);
      return left-- > 0 ? withoutDeliveries(subscription) : subscription;
    },
  });
}

function withoutDeliveries(subscription: Subscription): Subscription {
  let end: (result: IteratorResult<never>) => void = () => undefined;
  const ended = new Promise<IteratorResult<never>>((resolve) => (end = resolve));
  return withChanges(subscription, {
    polls: 0,
    deliveries: { [Symbol.asyncIterator]: () => ({ next: () => ended }) },
    [Symbol.asyncDispose]: async () => {
      end({ done: true, value: undefined });
      await subscription[Symbol.asyncDispose]();
    },
  });
}

async function portsWith(frames: number): Promise<ConsumePorts & { warnings: string[] }> {
  const ports = await freshPorts({ partitions: 1 });
  await publish(ports.stream, await messagesOf('cat', frames));
  return { ...ports, ...listening() };
}

describe('a member that gets nothing though messages wait', () => {
  it('says so, starts its client again, and goes on', async () => {
    const ports = await portsWith(12);
    const totals = await drain({ ...ports, stream: deaf(ports.stream, 2) }, options({ stallTimeoutMs: 800 }));
    expect(totals).toMatchObject({ stored: 12, duplicates: 0 });
    expect(ports.warnings).toHaveLength(2);
    expect(ports.warnings[1]).toMatch(
      /for 0.8 s, although 13 messages wait: restarting the client \(2 of 3\)/,
    );
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(12));
  });

  it('ends with an error where that does not help, so that a supervisor can start it anew', async () => {
    const ports = await portsWith(3);
    const settings = options({ stallTimeoutMs: 500 });
    await expect(drain({ ...ports, stream: deaf(ports.stream, 99) }, settings)).rejects.toMatchObject({
      code: 'STALLED',
      exitCode: 69,
    });
    expect(ports.warnings).toHaveLength(3);
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 4 }] });
  });
});

describe('a member whose client was started again', () => {
  it('is stuck until that client gets an answer', async () => {
    const ports = await portsWith(3);
    const seen: boolean[] = [];
    let timer: NodeJS.Timeout | undefined;
    const onJoin = (stuck: () => boolean): void => {
      timer = setInterval(() => seen.push(stuck()), 5);
    };
    const settings = options({ stallTimeoutMs: 500, onJoin });
    await drain({ ...ports, stream: deaf(ports.stream, 2) }, settings);
    clearInterval(timer);
    expect(seen.filter((stuck, index) => stuck !== seen[index - 1])).toEqual([false, true, false]);
  });
});

describe('a batch that does not come out of the classifier', () => {
  it('ends its consumer with an error, and nothing of it is settled', async () => {
    const ports = await portsWith(3);
    const classifier = withChanges(ports.classifier, { classify: never });
    const settings = options({ stallTimeoutMs: 200 });
    await expect(drain({ ...ports, classifier }, settings)).rejects.toMatchObject({ code: 'STALLED' });
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 4 }] });
  });

  it('is left behind by a consumer that is told to stop: it comes again', async () => {
    const ports = await portsWith(3);
    const stop = new AbortController();
    const classify = vi.fn<Classifier['classify']>(never);
    const classifier = withChanges(ports.classifier, { classify });
    const settings = options({ signal: stop.signal });
    const consuming = consume({ ...ports, classifier }, settings);
    await vi.waitFor(() => {
      expect(classify).toHaveBeenCalled();
    }, 60_000);
    stop.abort();
    expect(await consuming).toMatchObject({ stored: 0 });
    expect(await drain(ports, { ...settings, signal: new AbortController().signal })).toMatchObject({
      stored: 3,
    });
  });
});

describe('no stall is', () => {
  it('a database that is away for longer', async () => {
    const ports = await portsWith(3);
    const back = Date.now() + 3000;
    const store = withChanges(ports.store, {
      save: async (records) => {
        if (Date.now() < back) throw new MvsError('STORE_UNAVAILABLE', 'away', { retriable: true });
        return ports.store.save(records);
      },
    });
    expect(await drain({ ...ports, store }, options({ stallTimeoutMs: 250 }))).toMatchObject({ stored: 3 });
    expect(ports.warnings.filter((warning) => warning.includes('again ('))).toEqual([]);
  });

  it('a topic without anything new', async () => {
    const ports = await portsWith(3);
    const stop = new AbortController();
    const asked = vi.fn((group: string) => ports.stream.lag(group));
    const stream = withChanges(ports.stream, { lag: asked });
    const settings = options({ signal: stop.signal, stallTimeoutMs: 200 });
    const consuming = consume({ ...ports, stream }, settings);
    await vi.waitFor(async () => {
      expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(3));
      expect(asked.mock.calls.length).toBeGreaterThan(4);
    }, 60_000);
    stop.abort();
    expect(await consuming).toMatchObject({ stored: 3, duplicates: 0 });
    expect(ports.warnings).toEqual([]);
  });

  it('a lag without a message to deliver: what a transaction leaves that was given up', async () => {
    const ports = await portsWith(3);
    const subscriptions: Subscription[] = [];
    const stream = withChanges(ports.stream, {
      subscribe: async (settings) => {
        const subscription = await ports.stream.subscribe(settings);
        subscriptions.push(subscription);
        return subscription;
      },
    });
    const stop = new AbortController();
    // Several polls long, on a busy machine too.
    const settings = options({ signal: stop.signal, stallTimeoutMs: 1000, lingerMs: 100 });
    const consuming = consume({ ...ports, stream }, settings);
    await vi.waitFor(async () => {
      expect(await ports.stream.lag(settings.group)).toMatchObject({
        partitions: [{ lag: 0, currentOffset: 4 }],
      });
    }, 60_000);
    await giveUpTransaction(ports.stream.topic, await messagesOf('dog', 3));
    // Five polls a second: a client that were started again for each stall would not come so far.
    await vi.waitFor(() => {
      expect(subscriptions[1]?.polls).toBeGreaterThan(40);
    }, 60_000);
    expect(await ports.stream.lag(settings.group)).toMatchObject({ partitions: [{ lag: 5 }] });
    stop.abort();
    expect(await consuming).toMatchObject({ stored: 3 });
    expect(ports.warnings).toHaveLength(1);
  });
});

/** Its messages stay in the log, with a mark that they are not to be delivered. */
async function giveUpTransaction(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
  const kafka = new Kafka({ brokers: sharedStack().brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId: topic, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: messages.map(toKafkaMessage) });
  await transaction.abort();
  await producer.disconnect();
}
