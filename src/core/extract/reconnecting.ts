import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';

const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** The attempts to connect to a lost source again, with pauses that grow until it yields a frame. */
export class Reconnecting {
  #made = 0;

  constructor(readonly attempts: number) {}

  /** The source has yielded a frame: attempts and pauses begin again. */
  reset(): void {
    this.#made = 0;
  }

  /** The result of `connect`, which is called after a pause; undefined if the attempts are used up, or the signal aborts. */
  async attempt<T>(
    connect: () => Promise<T>,
    { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
  ): Promise<T | undefined> {
    while (this.#made < this.attempts) {
      const pause = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#made);
      this.#made += 1;
      log.debug(`attempt ${this.#made} of ${this.attempts} to reconnect, in ${pause / 1000} s`);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return undefined;
      try {
        return await connect();
      } catch (error) {
        log.debug(messageOf(error));
      }
    }
    return undefined;
  }
}
