import pRetry from 'p-retry';
import { messageOf, MvsError } from './errors.js';
import type { Log } from './log.js';

export interface RetryOptions {
  /** Once aborted, the attempt under way may still succeed, but no other is made. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Asked after each failure that may pass, whether it was one too many; never is it, unless given. */
  readonly gaveUp?: (error: MvsError) => boolean;
  /** Told of each attempt that failed and is to be repeated: somebody is waiting, and not stuck. */
  readonly onRetry?: (error: MvsError) => void;
}

/**
 * Repeats `work` with growing delays (0.1–2 s) for as long as it fails for a reason that may pass. A broken database
 * or broker is waited for; anything else is thrown at once.
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
