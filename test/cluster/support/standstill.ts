import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Servers } from '../../chaos/support/servers.js';
import type { Trial } from '../../chaos/support/trial.js';

const pollMs = 150;

/** Watches the number of stored records, for the longest time in which it does not grow though there is work. */
export class Standstill {
  readonly #trial: Trial<Servers>;
  readonly #watching: Promise<void>;
  #longestMs = 0;
  #stopped = false;

  constructor(trial: Trial<Servers>) {
    this.#trial = trial;
    this.#watching = this.#watch();
    onTestFinished(async () => {
      await this.end();
    });
  }

  /** In seconds, to a tenth. */
  async end(): Promise<number> {
    this.#stopped = true;
    await this.#watching;
    return Math.round(this.#longestMs / 100) / 10;
  }

  async #watch(): Promise<void> {
    const { database, expected, bad } = this.#trial;
    let since = performance.now();
    let before = 0;
    while (!this.#stopped) {
      const count = await database.count();
      const now = performance.now();
      const hasGrown = count > before;
      // A wait that does not end by growth is not counted: what is lost is in another column.
      if (hasGrown) this.#longestMs = Math.max(this.#longestMs, now - since);
      if (hasGrown || count >= expected.size - bad.size) since = now;
      before = count;
      await sleep(pollMs);
    }
  }
}
