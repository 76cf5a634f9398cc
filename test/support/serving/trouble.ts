import { EventEmitter, once } from 'node:events';

/** What is wrong with a server; a server that is down is not listening at all. */
export type Trouble = 'none' | 'slow' | 'unavailable' | 'garbage' | 'forgetful';

/** Changes while requests are under way. */
export class Troubles {
  #now: Trouble = 'none';
  readonly #changes = new EventEmitter();
  /** Requests for inference that came in. */
  asked = 0;
  /** The largest of them, in bytes. */
  largest = 0;

  get now(): Trouble {
    return this.#now;
  }

  set now(trouble: Trouble) {
    this.#now = trouble;
    this.#changes.emit('change');
  }

  /** A slow server answers when it is slow no more. */
  async wait(): Promise<void> {
    while (this.#now === 'slow') await once(this.#changes, 'change');
  }

  count(bytes: number): void {
    this.asked += 1;
    this.largest = Math.max(this.largest, bytes);
  }
}
