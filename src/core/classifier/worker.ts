/** Entry of an inference worker. The main thread starts it with piscina; they exchange `Task`s and `Reply`s. */
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { MvsError, messageOf } from '../base/errors.js';
import { engines } from './engines/index.js';
import { openInference, type Inference } from './inference.js';
import { unpack } from './packed-pictures.js';
import type { Classification } from './port.js';
import type { Failure, Reply, Task, WorkerSettings } from './worker-protocol.js';

// One thread per picture, because several are decoded at a time; no cache, because no picture appears twice.
sharp.concurrency(1);
sharp.cache(false);

const { engine, model, threads, cancelled } = workerData as WorkerSettings;
let inference: Promise<Inference> | undefined;

/** Failures are returned, not thrown: an error loses its code, hint and class between threads. */
export default async function answer(task: Task): Promise<Reply> {
  try {
    return { answers: await perform(task) };
  } catch (error) {
    return { failure: describe(error) };
  }
}

async function perform(task: Task): Promise<readonly Classification[]> {
  if (task.kind === 'close') {
    await (await inference)?.[Symbol.asyncDispose]();
    return [];
  }
  const opened = await open();
  return task.kind === 'open' ? [] : opened.classify(unpack(task.pictures), task.topK);
}

/** Loads network and engine once; the next task retries a failed load. */
function open(): Promise<Inference> {
  inference ??= load().catch((error: unknown) => {
    inference = undefined;
    throw error;
  });
  return inference;
}

async function load(): Promise<Inference> {
  // Shared memory, because the engine blocks this thread, which receives no message before it is done.
  const flag = new Int32Array(cancelled);
  return openInference(await engines[engine].loader(), model, threads, () => Atomics.load(flag, 0) !== 0);
}

function describe(error: unknown): Failure {
  if (error instanceof MvsError) {
    const { code, message, hint, retriable } = error;
    return { code, message, hint, retriable };
  }
  return {
    code: 'ENGINE_FAILED',
    message: `${engine} failed: ${messageOf(error)}`,
    hint: undefined,
    retriable: true,
  };
}
