import { setTimeout as sleep } from 'node:timers/promises';

/** For work that nothing interrupts. */
export const never = new AbortController().signal;

/** Waits for work that cannot be cancelled. Rejects with the signal's reason as soon as the signal aborts. */
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
    // The result of abandoned work is ignored.
    work.catch(() => undefined);
  }
}

/** Yields items until `signal` aborts, then ends. Errors that the abort causes are ignored. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  try {
    // Do not start anything that would have to be cleaned up.
    signal.throwIfAborted();
    for await (const item of items) {
      if (signal.aborted) return;
      yield item;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Waits for work, but no longer than `ms`. The timer does not keep the process alive. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(ms, undefined, { ref: false })]);
}

/** A signal that aborts `ms` after the given one, which leaves time for an orderly end. */
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
