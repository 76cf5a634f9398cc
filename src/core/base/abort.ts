import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for work that cannot be told to give up; rejects with the signal's reason as soon as it aborts. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
    // Nobody waits any more for what was left behind.
    work.catch(() => undefined);
  }
}

/** Hands on what comes until `signal` aborts, and then ends: what fails because of that is no failure. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    // Nothing is begun that would have to be cleared away.
    signal.throwIfAborted();
    for await (const item of items) {
      if (signal.aborted) return;
      yield item;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Waits for work, but no longer than `ms`; a timer that is left over does not keep the process from ending. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(ms, undefined, { ref: false })]);
}

/** A signal that comes this much later: time to put down in good order what the first one ends. */
export function later(signal: AbortSignal, ms: number): AbortSignal {
  const late = new AbortController();
  const onAbort = (): void => {
    setTimeout(() => {
      late.abort(signal.reason);
    }, ms).unref();
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return late.signal;
}
