import { MvsError } from '../../base/errors.js';
import type { ServerAddress } from './address.js';
import { failure } from './failures.js';

/** How often a request asks whether it is still wanted. */
const askMs = 100;

/**
 * Does `work` with a signal that aborts after `ms`, as ENGINE_UNAVAILABLE, or once `cancelled` says so, as INTERRUPTED.
 * The flag behind `cancelled` is shared memory, which tells nobody that it changed.
 */
export async function within<T>(
  ms: number,
  address: ServerAddress,
  work: (signal: AbortSignal) => Promise<T>,
  cancelled: () => boolean = () => false,
): Promise<T> {
  const ending = new AbortController();
  const timer = setTimeout(() => {
    ending.abort(failure('away', address, `did not answer within ${ms / 1000} s`));
  }, ms);
  const asking = setInterval(() => {
    if (cancelled()) ending.abort(new MvsError('INTERRUPTED', 'the classifier was closed while it waited'));
  }, askMs);
  try {
    return await work(ending.signal);
  } finally {
    clearTimeout(timer);
    clearInterval(asking);
  }
}
