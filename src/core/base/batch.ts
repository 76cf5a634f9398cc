import { secondsSince } from './stage.js';

export interface BatchOptions<T> {
  /** A batch with this many items is full. */
  readonly batchSize: number;
  /** A partial batch goes out when its first item has waited this long. */
  readonly lingerMs: number;
  /** A batch is also full when the weights of its items reach `maxWeight`. */
  readonly weigh?: (item: T) => number;
  readonly maxWeight?: number;
  /** Called with each batch before it goes out, and with the seconds that the reader waited for it. */
  readonly onBatch?: (seconds: number, batch: readonly T[]) => void;
}

const late = Symbol('linger is over');

/**
 * Groups items into batches: full ones at once, partial ones after the linger, the rest at the end.
 * Holds at most one batch and one pending item. If the source fails, the items before the failure go out first.
 */
export async function* batches<T>(source: AsyncIterable<T>, options: BatchOptions<T>): AsyncGenerator<T[]> {
  const { batchSize, lingerMs, weigh = () => 0, maxWeight = Infinity, onBatch } = options;
  const iterator = source[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<T>> | undefined;
  try {
    for (;;) {
      const askedAt = performance.now();
      const batch: T[] = [];
      const out = (): T[] => {
        onBatch?.(secondsSince(askedAt), batch);
        return batch;
      };
      let weight = 0;
      let linger: { over: Promise<typeof late>; stop: () => void } | undefined;
      let done = false;
      try {
        while (batch.length < batchSize && weight < maxWeight) {
          pending ??= iterator.next();
          const next: IteratorResult<T> | typeof late = await (linger
            ? Promise.race([pending, linger.over])
            : pending);
          if (next === late) break;
          pending = undefined;
          done = next.done === true;
          if (next.done === true) break;
          batch.push(next.value);
          weight += weigh(next.value);
          linger ??= startLinger(lingerMs);
        }
      } catch (error) {
        pending = undefined;
        if (batch.length > 0) yield out();
        throw error;
      } finally {
        linger?.stop();
      }
      if (batch.length > 0) yield out();
      if (done) return;
    }
  } finally {
    const closed = iterator.return?.();
    if (pending) {
      // The reader may stop while an item is pending; its failure is then of no interest. A generator closes only after
      // that item, which may never arrive, so closing is not awaited.
      pending.catch(() => undefined);
      closed?.catch(() => undefined);
    } else await closed;
  }
}

function startLinger(ms: number): { over: Promise<typeof late>; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<typeof late>((resolve) => {
    timer = setTimeout(resolve, ms, late);
  });
  return {
    over,
    stop: () => {
      clearTimeout(timer);
    },
  };
}
