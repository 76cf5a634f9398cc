import { MvsError } from '../base/errors.js';
import { engines } from './engines/index.js';
import type { InferenceThread, Outcome } from './inference-thread.js';
import type { Classification, Classifier } from './port.js';
import { areSame, slicesOf } from './slices.js';
import { slicesPerWorker, type NetworkRef, type Wanted } from './worker-protocol.js';

/** A network that all threads of the pool have loaded. */
export interface PooledNetwork extends NetworkRef {
  readonly model: string;
}

/** A call of one of the classifiers. */
interface Call extends Wanted {
  /** By slice. */
  readonly answers: (readonly Classification[])[];
  failure?: { readonly error: unknown };
}

/** Calls for the same pictures that were made in one turn of the event loop. */
interface Batch {
  readonly pictures: readonly Uint8Array[];
  readonly calls: Call[];
  readonly done: Promise<unknown>;
}

/** After a worker died, so many slices are classified by one network at a time. */
const carefulSlices = 64;

/**
 * The classifiers of all members of the group, one for each network. Cuts batches into slices and gives each to the first free worker, so
 * that the cores are shared evenly even if the partitions are not. A slice goes to a worker once, for all networks that want it.
 */
export class InferencePool {
  /** In the order of the networks. They are disposed of together. */
  readonly classifiers: readonly Classifier[];
  readonly #threads: readonly InferenceThread[];
  readonly #sliceSize: number;
  /** Workers that can take a slice; each appears once for each slice that it can take. */
  readonly #free: InferenceThread[];
  readonly #waiting: ((thread: InferenceThread) => void)[] = [];
  readonly #arriving = new Set<Batch>();
  #careful = 0;
  #disposal: Promise<unknown> | undefined;

  /** @param threads that have loaded all of the networks; this pool owns them from now on */
  constructor(threads: readonly InferenceThread[], networks: readonly PooledNetwork[]) {
    this.#threads = threads;
    this.#free = Array.from({ length: slicesPerWorker }, () => threads).flat();
    this.#sliceSize = Math.max(...networks.map(({ engine }) => engines[engine].sliceSize));
    this.classifiers = networks.map(({ model, ...ref }) => ({
      engine: ref.engine,
      model,
      classify: (pictures, topK) => this.#classify(pictures, { ...ref, topK }),
      [Symbol.asyncDispose]: () => this.#dispose(),
    }));
  }

  /** If a slice fails, the call fails, and its other slices are not begun. */
  async #classify(pictures: readonly Uint8Array[], wanted: Wanted): Promise<readonly Classification[]> {
    if (this.#disposal) throw new MvsError('BUG', 'the classifier is disposed of');
    const call: Call = { ...wanted, answers: [] };
    await this.#join(pictures, call);
    if (call.failure !== undefined) throw call.failure.error;
    return call.answers.flat();
  }

  /** Adds a call to the one of another network for the same pictures, or begins with it when all calls of this turn are made. */
  #join(pictures: readonly Uint8Array[], call: Call): Promise<unknown> {
    for (const batch of this.#arriving) {
      if (!areSame(batch.pictures, pictures)) continue;
      batch.calls.push(call);
      return batch.done;
    }
    const calls = [call];
    const done = Promise.resolve().then(() => {
      this.#arriving.delete(batch);
      const slices = slicesOf(pictures, this.#sliceSize);
      return Promise.all(slices.map((slice, n) => this.#classifySlice(slice, n, calls)));
    });
    const batch = { pictures, calls, done };
    this.#arriving.add(batch);
    return done;
  }

  async #classifySlice(slice: readonly Uint8Array[], n: number, all: readonly Call[]): Promise<void> {
    const thread =
      this.#free.shift() ?? (await new Promise<InferenceThread>((take) => this.#waiting.push(take)));
    try {
      const calls = all.filter(({ failure }) => failure === undefined);
      if (calls.length > 0) await this.#run(thread, slice, n, calls);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(thread);
      else this.#free.push(thread);
    }
  }

  /**
   * A worker that dies takes all that it does with it. Its networks are then run one at a time for a while, so that the one that is the
   * reason fails without the others.
   */
  async #run(
    thread: InferenceThread,
    slice: readonly Uint8Array[],
    n: number,
    calls: readonly Call[],
  ): Promise<void> {
    const together = async (some: readonly Call[]): Promise<void> => {
      try {
        if (this.#disposal) throw new MvsError('INTERRUPTED', 'the classifier was closed before this batch');
        const outcomes = await thread.classify(slice, some.map(wantedBy));
        outcomes.forEach((outcome, i) => {
          note(outcome, n, some[i]);
        });
      } catch (error) {
        if (this.classifiers.length > 1) this.#careful = carefulSlices;
        for (const call of some) call.failure ??= { error };
      }
    };
    if (this.#careful === 0) return together(calls);
    this.#careful -= 1;
    for (const call of calls) await thread.alone(() => together([call]));
  }

  /** Ends calls in progress with INTERRUPTED, after the pictures that are in the engine now. */
  async #dispose(): Promise<void> {
    this.#disposal ??= Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()));
    await this.#disposal;
  }
}

/** Without what must not, or cannot, go to the worker. */
function wantedBy({ network, engine, topK }: Call): Wanted {
  return { network, engine, topK };
}

function note(outcome: Outcome, slice: number, call: Call | undefined): void {
  if (call === undefined) return;
  if ('answers' in outcome) call.answers[slice] = outcome.answers;
  else call.failure ??= { error: outcome.failure };
}
