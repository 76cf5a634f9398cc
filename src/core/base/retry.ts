import pRetry from 'p-retry';
import { messageOf, MvsError } from './errors.js';
import type { Log } from './log.js';

export interface RetryOptions {
  /** After an abort, the current attempt may still succeed, but no further one is made. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Called after each retriable failure; true ends the retries. By default they never end. */
  readonly gaveUp?: (error: MvsError) => boolean;
  /** Called for each failed attempt that will be repeated: the caller is waiting, not stuck. */
  readonly onRetry?: (error: MvsError) => void;
}

/**
 * Repeats `work` with growing delays (0.1–2 s) as long as it fails with a retriable error, such as an unavailable database
 * or broker. Any other error is thrown at once.
 */
export function untilItWorks<T>(
  work: () => Promise<T>,
  { signal, log, gaveUp = () => false, onRetry }: RetryOptions,
): Promise<T> {
  return pRetry(work, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 100,
    maxTimeout: 2000,
    shouldRetry: ({ error, attemptNumber }) => {
      const again = error instanceof MvsError && error.retriable && !signal.aborted && !gaveUp(error);
      if (again && attemptNumber % 10 === 1) log.warn(`${messageOf(error)}; trying again until it works`);
      if (again) onRetry?.(error);
      return again;
    },
  });
}
