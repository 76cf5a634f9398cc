import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../chaos/support/database.js';

const pollMs = 150;

/** Watches the number of stored records while there is work, for the longest time in which it does not grow. */
export class Standstill {
  readonly #database: Database;
  readonly #watching: Promise<void>;
  #since = performance.now();
  #longestMs = 0;
  #stopped = false;

  constructor(database: Database) {
    this.#database = database;
    this.#watching = this.#watch();
  }

  /** In seconds, to a tenth. */
  async end(): Promise<number> {
    this.#stopped = true;
    await this.#watching;
    return Math.round(this.#longestMs / 100) / 10;
  }

  async #watch(): Promise<void> {
    let before = 0;
    while (!this.#stopped) {
      const count = await this.#database.count();
      const now = performance.now();
      // A wait that has not ended yet says nothing: there may be no work any more.
      if (count > before) {
        this.#longestMs = Math.max(this.#longestMs, now - this.#since);
        this.#since = now;
        before = count;
      }
      await sleep(pollMs);
    }
  }
}
