/** Entry of an inference worker. The main thread starts it with piscina; they exchange `Task`s and `Reply`s. */
import { workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { MvsError, messageOf } from '../base/errors.js';
import { decodeOnce } from './decode-once.js';
import { engines } from './engines/index.js';
import { openInference, type Inference } from './inference.js';
import { unpack } from './packed-pictures.js';
import type { Classification } from './port.js';
import { SharedWork } from './shared-work.js';
import type { Failure, NetworkRef, Reply, Task, WorkerSettings } from './worker-protocol.js';

// One thread per picture, because several are decoded at a time; no cache, because no picture appears twice.
sharp.concurrency(1);
sharp.cache(false);

const { models, threads, device, cancelled } = workerData as WorkerSettings;
/** The networks that are loaded, or that are being loaded, by their place in `models`. */
const opened = new Map<number, Promise<Inference>>();
const shared = new SharedWork();

export default async function answer(task: Task): Promise<readonly Reply[]> {
  switch (task.kind) {
    case 'open':
      return [await reply(task, async () => (await open(task), []))];
    case 'classify': {
      const decoding = decodeOnce(unpack(task.pictures));
      const replies = task.wanted.map((wanted) =>
        reply(wanted, async () => (await open(wanted)).classify(decoding, wanted.topK)),
      );
      return Promise.all(replies);
    }
    case 'close':
      await Promise.allSettled(Array.from(opened.values(), close));
      return [{ answers: [] }];
  }
}

async function close(inference: Promise<Inference>): Promise<void> {
  await (await inference)[Symbol.asyncDispose]();
}

/** Failures are returned, not thrown: an error loses its code, hint and class between threads, and others may have answers. */
async function reply({ engine }: NetworkRef, work: () => Promise<readonly Classification[]>): Promise<Reply> {
  try {
    return { answers: await work() };
  } catch (error) {
    return { failure: describe(error, engine) };
  }
}

/** Loads network and engine once; the next task retries a failed load. */
function open(ref: NetworkRef): Promise<Inference> {
  const { network } = ref;
  const known = opened.get(network);
  if (known) return known;
  const loading = load(ref).catch((error: unknown) => {
    opened.delete(network);
    throw error;
  });
  opened.set(network, loading);
  return loading;
}

async function load({ network, engine }: NetworkRef): Promise<Inference> {
  const model = models[network];
  if (model === undefined) throw new MvsError('BUG', `the worker has no network ${network}`);
  // Shared memory, because the engine blocks this thread, which receives no message before it is done.
  const flag = new Int32Array(cancelled);
  const isCancelled = (): boolean => Atomics.load(flag, 0) !== 0;
  const options = { threads, device, cancelled: isCancelled };
  return openInference(await engines[engine].loader(), model, options, shared);
}

function describe(error: unknown, engine: NetworkRef['engine']): Failure {
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
