import { MvsError } from '../base/errors.js';
import { engines } from './engines/index.js';
import type { Classification, Classifier, EngineName } from './port.js';
import { slicesPerWorker } from './worker-protocol.js';

/**
 * One classifier for all members of the group. Cuts batches into slices and gives each to the first free worker, so
 * that the cores are shared evenly even if the partitions are not.
 */
export class PoolClassifier implements Classifier {
  readonly engine: EngineName;
  readonly model: string;
  readonly #workers: readonly Classifier[];
  /** Workers that can take a slice; each appears once for each slice that it can take. */
  readonly #free: Classifier[];
  readonly #waiting: ((worker: Classifier) => void)[] = [];
  #disposal: Promise<unknown> | undefined;

  /** @param workers with the same network and engine, at least one; this classifier owns them from now on */
  constructor(workers: readonly [Classifier, ...Classifier[]]) {
    this.#workers = workers;
    this.#free = Array.from({ length: slicesPerWorker }, () => workers).flat();
    ({ engine: this.engine, model: this.model } = workers[0]);
  }

  /** If a slice fails, the batch fails, and its other slices are not begun. */
  async classify(pictures: readonly Uint8Array[], topK: number): Promise<readonly Classification[]> {
    if (this.#disposal) throw new MvsError('BUG', 'the classifier is disposed of');
    const failure = new AbortController();
    const slices = slicesOf(pictures, engines[this.engine].sliceSize).map(async (slice) => {
      try {
        return await this.#classify(slice, topK, failure.signal);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    });
    return (await Promise.all(slices)).flat();
  }

  async #classify(
    slice: readonly Uint8Array[],
    topK: number,
    failed: AbortSignal,
  ): Promise<readonly Classification[]> {
    const worker = this.#free.shift() ?? (await new Promise<Classifier>((take) => this.#waiting.push(take)));
    try {
      failed.throwIfAborted();
      if (this.#disposal) throw new MvsError('INTERRUPTED', 'the classifier was closed before this batch');
      return await worker.classify(slice, topK);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(worker);
      else this.#free.push(worker);
    }
  }

  /** Ends calls in progress with INTERRUPTED, after the pictures that are in the engine now. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()));
    await this.#disposal;
  }
}

function slicesOf<T>(items: readonly T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}
