import { createRequire } from 'node:module';
import { SHARE_ENV } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { atMost } from '../base/abort.js';
import { MvsError, messageOf } from '../base/errors.js';
import { pack } from './packed-pictures.js';
import type { Classification } from './port.js';
import { slicesPerWorker } from './worker-protocol.js';
import type { Failure, NetworkRef, Reply, Task, Wanted, WorkerSettings } from './worker-protocol.js';

/** Built JavaScript, also when this file runs as TypeScript: `imports` of package.json says where. */
const workerFile = () => createRequire(import.meta.url).resolve('#inference-worker');

/** Networks are loaded one after the other, each up to its first inference: two at once sometimes crash tfjs-node. */
let lastStart: Promise<unknown> = Promise.resolve();

function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const started = lastStart.then(start);
  lastStart = started.catch(() => undefined);
  return started;
}

/** An engine that does not return within this time is left behind, because the process has to end. */
const disposeGraceMs = 5_000;

/** What one network says of a slice. */
export type Outcome = { readonly answers: readonly Classification[] } | { readonly failure: MvsError };

/** One worker thread, with the networks that were opened in it. A worker that dies is replaced, and loads them again when they are used. */
export class InferenceThread implements AsyncDisposable {
  readonly #cancelled = new SharedArrayBuffer(4);
  readonly #pool: Piscina<Task, readonly Reply[]>;
  readonly #running = new Set<Promise<unknown>>();
  /** Fulfilled when the worker has loaded a network, by its place in `models`. */
  readonly #opened = new Map<number, Promise<unknown>>();
  #alone: Promise<void> = Promise.resolve();
  #disposal: Promise<void> | undefined;

  constructor(settings: Omit<WorkerSettings, 'cancelled'>) {
    this.#pool = new Piscina<Task, readonly Reply[]>({
      filename: workerFile(),
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: slicesPerWorker,
      // A worker that sleeps in Atomics.wait would not see the end of its decodes.
      atomics: 'disabled',
      workerData: { ...settings, cancelled: this.#cancelled } satisfies WorkerSettings,
      // Native libraries read the environment of the process, not a worker's copy of it.
      env: SHARE_ENV,
    });
    // Emitted when an idle worker dies; the next call starts another.
    this.#pool.on('error', () => {
      this.#opened.clear();
    });
  }

  /**
   * Loads a network and waits until it has classified an empty picture. The signal interrupts a wait for a server.
   * @throws MvsError ENGINE_MISSING, MODEL_INVALID, INTERRUPTED
   */
  async open(ref: NetworkRef, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const onAbort = (): void => {
      this.#giveUp();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#open(ref);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Classifies a slice with one or several networks.
   * @returns an outcome for each of `wanted`, in order
   * @throws MvsError, retriable, if the worker died: all have failed, and any of them may be the reason
   */
  async classify(pictures: readonly Uint8Array[], wanted: readonly Wanted[]): Promise<readonly Outcome[]> {
    const work = this.#classify(pictures, wanted);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Runs `work`, which does not fail, while no other such work runs in this thread. */
  alone(work: () => Promise<void>): Promise<void> {
    return (this.#alone = this.#alone.then(work));
  }

  async #classify(pictures: readonly Uint8Array[], wanted: readonly Wanted[]): Promise<readonly Outcome[]> {
    // A network that cannot be loaded says so in its reply, and does not hold back the others.
    await Promise.allSettled(wanted.map((one) => this.#open(one)));
    const packed = pack(pictures);
    const replies = await this.#run({ kind: 'classify', pictures: packed, wanted }, [packed.bytes]);
    return replies.map((reply) => ('answers' in reply ? reply : { failure: errorFrom(reply.failure) }));
  }

  #open({ network, engine }: NetworkRef): Promise<unknown> {
    const known = this.#opened.get(network);
    if (known) return known;
    const opening = inTurn(async () => {
      const [reply] = await this.#run({ kind: 'open', network, engine });
      if (reply && 'failure' in reply) throw errorFrom(reply.failure);
    });
    this.#opened.set(network, opening);
    opening.catch(() => this.#opened.delete(network));
    return opening;
  }

  async #run(task: Task, transferList: ArrayBuffer[] = []): Promise<readonly Reply[]> {
    return this.#pool.run(task, { transferList }).catch((cause: unknown) => {
      this.#opened.clear();
      throw new MvsError('ENGINE_FAILED', `the inference worker died: ${messageOf(cause)}`, {
        cause,
        retriable: true,
        hint: 'It restarts by itself. If it keeps dying, check the free memory, or try a smaller --batch.',
      });
    });
  }

  /**
   * Ends calls in progress with INTERRUPTED, after the pictures that are in the engine now: a process that exits while a
   * worker is inside the engine aborts.
   */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposal ??= atMost(disposeGraceMs, this.#dispose());
    return this.#disposal;
  }

  /** The worker sees this while it waits for a server, and between slices. */
  #giveUp(): void {
    Atomics.store(new Int32Array(this.#cancelled), 0, 1);
  }

  async #dispose(): Promise<void> {
    this.#giveUp();
    await Promise.allSettled(this.#running);
    if (this.#opened.size > 0) await this.#run({ kind: 'close' }).catch(() => undefined);
    await this.#pool.destroy();
  }
}

function errorFrom({ code, message, hint, retriable }: Failure): MvsError {
  return new MvsError(code, message, { retriable, ...(hint === undefined ? {} : { hint }) });
}
