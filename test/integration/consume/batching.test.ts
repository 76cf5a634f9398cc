import { describe, expect, it, vi } from 'vitest';
import { consume } from '../../../src/core/consume/consume.js';
import { publish } from '../../support/fresh.js';
import {
  drain,
  frameNumbers,
  freshPorts,
  messagesOf,
  options,
  storedFrames,
} from '../../support/pipeline.js';

describe('batches', () => {
  it('store the last partial one after the linger, while the consumer goes on', async () => {
    const ports = await freshPorts({ partitions: 1 });
    await publish(ports.stream, await messagesOf('cat', 11));
    const stop = new AbortController();
    const consuming = consume(ports, options({ batchSize: 8, lingerMs: 100, signal: stop.signal }));
    await vi.waitFor(async () => {
      expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(11));
    }, 60_000);
    stop.abort();
    expect(await consuming).toMatchObject({ frames: 11, stored: 11, batches: 2 });
  });

  it('are filled across partitions and videos', async () => {
    const ports = await freshPorts({ partitions: 3 });
    for (const video of ['cat', 'dog'])
      await publish(ports.stream, (await messagesOf(video, 12)).slice(0, 12));
    expect(await drain(ports, options({ batchSize: 24, lingerMs: 5000 }))).toMatchObject({
      frames: 24,
      batches: 1,
    });
  });
});

describe('a consumer that is told to stop', () => {
  it('stores and settles what is in work, leaves the rest to the next, and neither is lost or doubled', async () => {
    const ports = await freshPorts();
    await publish(ports.stream, await messagesOf('cat', 120));
    const stop = new AbortController();
    const settings = options({
      signal: stop.signal,
      onBatch: () => {
        stop.abort();
      },
    });
    const first = await consume(ports, settings);
    expect(first.stored).toBeGreaterThan(0);
    expect(first.stored).toBeLessThan(120);

    const second = await drain(ports, { ...settings, signal: new AbortController().signal });
    expect(second.stored).toBe(120 - first.stored);
    expect(second.duplicates).toBe(0);
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(120));
  });
});

describe('three members', () => {
  it('share three partitions, and each frame is classified by one of them', async () => {
    const ports = await freshPorts({ partitions: 3, workers: 2 });
    const settings = options({ batchSize: 4, members: 3 });
    await publish(ports.stream, await messagesOf('cat', 90));
    const holders = new Set<string>();
    const totals = await drain(ports, {
      ...settings,
      onBatch: () => {
        void ports.stream.lag(settings.group).then(({ partitions }) => {
          for (const { consumerId } of partitions) if (consumerId !== null) holders.add(consumerId);
        });
      },
    });
    expect(totals).toMatchObject({ stored: 90, duplicates: 0 });
    expect(holders.size).toBe(3);
    expect(await storedFrames(ports, 'cat')).toEqual(frameNumbers(90));
  });
});
