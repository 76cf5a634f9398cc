import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** For the commands that are stopped by the signal too, and end in an orderly way. */
const graceMs = 10_000;

/**
 * Aborts on SIGINT and SIGTERM. The handlers stay: npm and tsx pass on the signal that the terminal sends to all processes, and a second
 * one must not end the process before the servers.
 */
export function stopOnSignals(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

/** Waits for work, which need not listen to the signal. @throws if the signal aborts and the work does not end soon */
export async function untilStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const stopped = async (): Promise<never> => {
    if (!stop.aborted) await once(stop, 'abort', { signal });
    await sleep(graceMs, undefined, { signal });
    throw stop.reason;
  };
  try {
    return await Promise.race([work, stopped()]);
  } finally {
    over.abort();
  }
}
