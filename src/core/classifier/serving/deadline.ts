import { MvsError } from '../../base/errors.js';
import type { ServerAddress } from './address.js';
import { failure } from './failures.js';

/** How often a request checks `cancelled`. */
const checkMs = 100;

/**
 * Runs `work` with a signal that aborts after `ms`, with ENGINE_UNAVAILABLE, or once `cancelled` returns true, with INTERRUPTED.
 * The flag behind `cancelled` is shared memory, which emits no event, so it is polled.
 */
export async function within<T>(
  ms: number,
  address: ServerAddress,
  work: (signal: AbortSignal) => Promise<T>,
  cancelled: () => boolean = () => false,
): Promise<T> {
  const ending = new AbortController();
  const timer = setTimeout(() => {
    ending.abort(failure('unavailable', address, `did not answer within ${ms / 1000} s`));
  }, ms);
  const checking = setInterval(() => {
    if (cancelled()) ending.abort(new MvsError('INTERRUPTED', 'the classifier was closed while it waited'));
  }, checkMs);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
    clearInterval(checking);
  }
}
