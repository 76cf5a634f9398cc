import { Readable } from 'node:stream';
import { atMost } from '../base/abort.js';

/** What a client pushes and a reader pulls: bounded, and closed from either side. */
export class DeliveryQueue<T> {
  readonly #readable: Readable;
  readonly #limit: number;
  #taken: Promise<void> | undefined;
  #roomMade: () => void = () => undefined;
  #ended = false;

  /** @param limit at most so many items wait for the reader, if the writer heeds `hasRoom` */
  constructor(limit: number) {
    this.#limit = limit;
    this.#readable = new Readable({
      objectMode: true,
      highWaterMark: limit,
      read: () => {
        this.#wake();
      },
    });
    // It may fail before it is read; the reader gets the failure all the same.
    this.#readable.on('error', () => undefined);
  }

  /** For so many items. */
  get room(): number {
    return Math.max(0, this.#limit - this.#readable.readableLength);
  }

  get hasRoom(): boolean {
    return this.room > 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get failure(): Error | null {
    return this.#readable.errored;
  }

  push(item: T): void {
    this.#readable.push(item);
  }

  /** Waits until the reader takes something, or for `ms`. */
  async untilTaken(ms: number): Promise<void> {
    // Several may wait: each shard of a member has a writer of its own.
    this.#taken ??= new Promise<void>((resolve) => (this.#roomMade = resolve));
    await atMost(ms, this.#taken);
  }

  /** The reader gets what waits, and then the end. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#readable.push(null);
    this.#wake();
  }

  /** The reader gets the error at once. Without one, what waits is dropped. */
  destroy(error?: Error): void {
    this.#readable.destroy(error);
  }

  #wake(): void {
    this.#taken = undefined;
    this.#roomMade();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return (this.#readable as AsyncIterable<T>)[Symbol.asyncIterator]();
  }
}

/** What a reader gets of a queue: nothing once its signal has aborted, and nothing that may not go to it any more. */
export async function* handedOut<T>(
  queue: AsyncIterable<T>,
  signal: AbortSignal,
  mayGo: (item: T) => boolean = () => true,
): AsyncGenerator<T> {
  for await (const item of queue) {
    if (signal.aborted) return;
    if (mayGo(item)) yield item;
  }
}
