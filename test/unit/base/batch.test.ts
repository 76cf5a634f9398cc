import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batches } from '../../../src/core/base/batch.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* from<T>(...items: T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

const hour = 3_600_000;

describe('batches', () => {
  it('are full where there are items, and the last one has the rest', async () => {
    const all = await collect(batches(from(1, 2, 3, 4, 5, 6, 7), { batchSize: 3, lingerMs: hour }));
    expect(all).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  it('are none of nothing', async () => {
    expect(await collect(batches(from(), { batchSize: 3, lingerMs: hour }))).toEqual([]);
  });

  it('go out partial when the first item has waited for the linger, and lose nothing that arrives later', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* slow(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      await gate;
      yield 3;
    }
    const iterator = batches(slow(), { batchSize: 10, lingerMs: 20 });
    expect((await iterator.next()).value).toEqual([1, 2]);
    release();
    expect((await iterator.next()).value).toEqual([3]);
    expect((await iterator.next()).done).toBe(true);
  });

  it('are full by weight too', async () => {
    const options = { batchSize: 10, lingerMs: hour, weigh: (n: number) => n, maxWeight: 5 };
    expect(await collect(batches(from(2, 2, 2, 9, 1), options))).toEqual([[2, 2, 2], [9], [1]]);
  });

  it('keep the items before a failure of the source, then fail', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      await Promise.reject(new Error('source broke'));
    }
    const iterator = batches(failing(), { batchSize: 10, lingerMs: hour });
    expect((await iterator.next()).value).toEqual([1]);
    await expect(iterator.next()).rejects.toThrow('source broke');
  });

  it('pull nothing ahead of a reader who is busy', async () => {
    let pulled = 0;
    async function* counting(): AsyncGenerator<number> {
      for (;;) yield await Promise.resolve(++pulled);
    }
    const iterator = batches(counting(), { batchSize: 4, lingerMs: hour });
    await iterator.next();
    await sleep(5);
    expect(pulled).toBe(4);
    await iterator.return(undefined);
  });

  it('report how long the reader waited for each, without the time that the reader took', async () => {
    const reported: [number, readonly number[]][] = [];
    const onBatch = (seconds: number, batch: readonly number[]): void => void reported.push([seconds, batch]);
    for await (const batch of batches(from(1, 2, 3), { batchSize: 2, lingerMs: hour, onBatch })) {
      expect(reported.at(-1)?.[1]).toBe(batch);
      await sleep(100);
    }
    expect(reported.map(([, batch]) => batch)).toEqual([[1, 2], [3]]);
    for (const [seconds] of reported) expect(seconds).toBeLessThan(0.09);
  });

  it('close the source when the reader stops early', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n++) yield await Promise.resolve(n);
      } finally {
        closed = true;
      }
    }
    for await (const batch of batches(source(), { batchSize: 2, lingerMs: hour }))
      if (batch.length > 0) break;
    expect(closed).toBe(true);
  });

  it('hold up no reader who fails while the source is silent', async () => {
    async function* silent(): AsyncGenerator<number> {
      yield 1;
      await new Promise(() => undefined);
    }
    const reading = async (): Promise<void> => {
      for await (const batch of batches(silent(), { batchSize: 2, lingerMs: 1 }))
        throw new Error(`not ${batch[0]}`);
    };
    await expect(reading()).rejects.toThrow('not 1');
  });
});
