export interface BatchOptions<T> {
  /** A batch is full when it has this many items. */
  readonly size: number;
  /** A partial batch is emitted when its first item has waited this long. */
  readonly lingerMs: number;
  /** A batch is also full when the weights of its items reach `maxWeight`. */
  readonly weigh?: (item: T) => number;
  readonly maxWeight?: number;
}

const late = Symbol('linger is over');

/**
 * Groups items into batches. Full batches are emitted at once, partial ones after the linger, and the rest at the end.
 * Holds at most one batch and one pending item. An error of the source is thrown after the items before it.
 */
export async function* batches<T>(source: AsyncIterable<T>, options: BatchOptions<T>): AsyncGenerator<T[]> {
  const { size, lingerMs, weigh = () => 0, maxWeight = Infinity } = options;
  const iterator = source[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<T>> | undefined;
  try {
    for (;;) {
      const batch: T[] = [];
      let weight = 0;
      let linger: { over: Promise<typeof late>; stop: () => void } | undefined;
      let done = false;
      try {
        while (batch.length < size && weight < maxWeight) {
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
        if (batch.length > 0) yield batch;
        throw error;
      } finally {
        linger?.stop();
      }
      if (batch.length > 0) yield batch;
      if (done) return;
    }
  } finally {
    const closed = iterator.return?.();
    if (pending) {
      // The consumer may stop while an item is pending. Its error would then be unhandled. A generator ends only after that
      // item, which may never arrive, so the consumer does not wait for it.
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
