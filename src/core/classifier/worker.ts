/** Entry of an inference worker. Its main thread starts it with piscina and speaks to it in `Task`s and `Reply`s. */
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { MvsError, messageOf } from '../base/errors.js';
import { engines } from './engines/index.js';
import { openInference, type Inference } from './inference.js';
import { unpack } from './packed-batch.js';
import type { Classification } from './port.js';
import type { Failure, Reply, Task, WorkerSettings } from './worker-protocol.js';

// One picture takes one thread, as several are decoded at a time; and no picture ever comes twice.
sharp.concurrency(1);
sharp.cache(false);

const { engine, model, threads, cancelled } = workerData as WorkerSettings;
let inference: Promise<Inference> | undefined;

/** Failures are answered, not thrown: an error loses its code, its hint and its class between threads. */
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
  return task.kind === 'open' ? [] : opened.classify(unpack(task.batch), task.topK);
}

/** Loads network and engine once; a load that failed is tried again by the next task. */
function open(): Promise<Inference> {
  inference ??= load().catch((error: unknown) => {
    inference = undefined;
    throw error;
  });
  return inference;
}

async function load(): Promise<Inference> {
  // Shared memory, because the engine holds this thread and no message is heard before it is done.
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
