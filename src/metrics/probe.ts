import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../core/base/errors.js';

export type Answer<T> = { readonly value: T } | { readonly problem: string };

/** Scrapers may come as often as they like: a server is asked no more often than this. */
const freshMs = 2_000;
/** Prometheus gives up after ten seconds, Kubernetes after one. */
const patienceMs = 900;

/** Asks a server a question, at most once at a time and in `freshMs`, and waits no longer than `patienceMs` for the answer. */
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
    // Nobody asks again while a question is open, however long that is.
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
