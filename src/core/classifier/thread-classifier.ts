import { createRequire } from 'node:module';
import { SHARE_ENV } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { atMost } from '../base/abort.js';
import { MvsError, messageOf } from '../base/errors.js';
import { pack } from './packed-pictures.js';
import type { Classification, Classifier } from './port.js';
import { slicesPerWorker, type Reply, type Task, type WorkerSettings } from './worker-protocol.js';

/** Built JavaScript, also when this file runs as TypeScript: `imports` of package.json says where. */
const workerFile = () => createRequire(import.meta.url).resolve('#inference-worker');

/** Workers start one after the other, each up to its first inference: two at once sometimes crash tfjs-node. */
let lastStart: Promise<unknown> = Promise.resolve();

function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const started = lastStart.then(start);
  lastStart = started.catch(() => undefined);
  return started;
}

type ThreadSettings = Omit<WorkerSettings, 'cancelled'>;

/** An engine that does not return within this time is left behind, because the process has to end. */
const disposeGraceMs = 5_000;

/** A classifier in one worker thread of its own. */
export class ThreadClassifier implements Classifier {
  readonly #settings: WorkerSettings;
  readonly #pool: Piscina<Task, Reply>;
  readonly #running = new Set<Promise<unknown>>();
  /** Fulfilled when the worker has loaded its network; undefined if there is no such worker. */
  #ready: Promise<unknown> | undefined;
  #disposal: Promise<void> | undefined;

  private constructor({ engine, model, threads }: ThreadSettings) {
    const settings = { engine, model, threads, cancelled: new SharedArrayBuffer(4) };
    this.#settings = settings;
    this.#pool = new Piscina<Task, Reply>({
      filename: workerFile(),
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: slicesPerWorker,
      // A worker that sleeps in Atomics.wait would not see the end of its decodes.
      atomics: 'disabled',
      workerData: settings,
      // Native libraries read the environment of the process, not a worker's copy of it.
      env: SHARE_ENV,
    });
    // Emitted when an idle worker dies; the next call starts another.
    this.#pool.on('error', () => (this.#ready = undefined));
  }

  /**
   * Starts a worker and waits until it has classified an empty picture. The signal interrupts a wait for a server.
   * @throws MvsError ENGINE_MISSING, MODEL_INVALID, INTERRUPTED
   */
  static async open(settings: ThreadSettings, signal?: AbortSignal): Promise<ThreadClassifier> {
    signal?.throwIfAborted();
    const classifier = new ThreadClassifier(settings);
    const onAbort = (): void => {
      classifier.#giveUp();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await classifier.#start();
      return classifier;
    } catch (error) {
      await classifier[Symbol.asyncDispose]();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  get engine() {
    return this.#settings.engine;
  }

  get model() {
    return this.#settings.model.name;
  }

  /** @throws MvsError, retriable if the worker died: the next call starts a new one. */
  async classify(pictures: readonly Uint8Array[], topK: number): Promise<readonly Classification[]> {
    if (this.#disposal !== undefined) throw new MvsError('BUG', 'the classifier is disposed of');
    if (pictures.length === 0) return [];
    const work = this.#classify(pictures, topK);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  async #classify(pictures: readonly Uint8Array[], topK: number): Promise<readonly Classification[]> {
    await this.#start();
    const packed = pack(pictures);
    return this.#run({ kind: 'classify', pictures: packed, topK }, [packed.bytes]);
  }

  #start(): Promise<unknown> {
    this.#ready ??= inTurn(() => this.#run({ kind: 'open' }));
    return this.#ready;
  }

  async #run(task: Task, transferList: ArrayBuffer[] = []): Promise<readonly Classification[]> {
    const reply = await this.#pool.run(task, { transferList }).catch((cause: unknown) => {
      this.#ready = undefined;
      throw new MvsError('ENGINE_FAILED', `the inference worker died: ${messageOf(cause)}`, {
        cause,
        retriable: true,
        hint: 'It restarts by itself. If it keeps dying, check the free memory, or try a smaller --batch.',
      });
    });
    if ('answers' in reply) return reply.answers;
    if (task.kind === 'open') this.#ready = undefined;
    const { code, message, hint, retriable } = reply.failure;
    throw new MvsError(code, message, { retriable, ...(hint === undefined ? {} : { hint }) });
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
    Atomics.store(new Int32Array(this.#settings.cancelled), 0, 1);
  }

  async #dispose(): Promise<void> {
    this.#giveUp();
    await Promise.allSettled(this.#running);
    if (this.#ready !== undefined) await this.#run({ kind: 'close' }).catch(() => undefined);
    await this.#pool.destroy();
  }
}
