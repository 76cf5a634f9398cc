import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';

const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** The attempts to find a source again that was lost, with pauses that grow until it gives something. */
export class Reconnecting {
  #made = 0;

  constructor(readonly attempts: number) {}

  /** The source has given something since it was found. */
  startAnew(): void {
    this.#made = 0;
  }

  /** What `look` finds; undefined where the attempts are used up, or the signal came. Each attempt has a pause before it. */
  async find<T>(
    look: () => Promise<T>,
    { signal, log }: { readonly signal: AbortSignal; readonly log: Log },
  ): Promise<T | undefined> {
    while (this.#made < this.attempts) {
      const pause = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#made);
      this.#made += 1;
      log.debug(`attempt ${this.#made} of ${this.attempts} to connect again, in ${pause / 1000} s`);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return undefined;
      try {
        return await look();
      } catch (error) {
        log.debug(messageOf(error));
      }
    }
    return undefined;
  }
}
