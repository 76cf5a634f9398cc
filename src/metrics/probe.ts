import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../core/base/errors.js';

export type Answer<T> = { readonly value: T } | { readonly problem: string };

/** A server is asked at most once in this time, however often metrics are scraped. */
const freshMs = 2_000;
/** Prometheus times out after ten seconds, Kubernetes after one. */
const patienceMs = 900;

/** Sends a request to a server, one at a time and at most once in `freshMs`. Waits at most `patienceMs` for the answer. */
export class Probe<T> {
  readonly #question: () => Promise<T>;
  #answer: Promise<Answer<T>> | undefined;
  #askedAt = 0;

  constructor(question: () => Promise<T>) {
    this.#question = question;
  }

  async ask(): Promise<Answer<T>> {
    if (!this.#answer || performance.now() - this.#askedAt > freshMs) this.#answer = this.#askNow();
    const late = sleep(patienceMs, { problem: 'does not answer' }, { ref: false });
    return Promise.race([this.#answer, late]);
  }

  async #askNow(): Promise<Answer<T>> {
    // No further request is sent while one is pending, however long it takes.
    this.#askedAt = Infinity;
    try {
      return { value: await this.#question() };
    } catch (error) {
      return { problem: messageOf(error) };
    } finally {
      this.#askedAt = performance.now();
    }
  }
}
