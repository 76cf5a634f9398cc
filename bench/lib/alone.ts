/**
 * Measures decoding and inference each alone, with all cores busy, as CPU milliseconds per picture.
 * Usage: alone.ts decode|infer MODEL [VIDEO…]
 */
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import sharp from 'sharp';
import { engines } from '../../src/core/classifier/engines/index.js';
import { loadModel } from '../../src/core/classifier/load-model.js';
import { sliceSize } from '../../src/core/classifier/pool-classifier.js';
import { decode } from '../../src/core/classifier/preprocess.js';
import { extract } from '../../src/core/extract.js';

const ms = 3000;

interface Job {
  readonly model: string;
}

async function inferForAWhile({ model: name }: Job): Promise<number> {
  const model = await loadModel(name);
  const engine = await (await engines.onnxruntime.loader())(model, { threads: 1 });
  const pixels = new Float32Array(sliceSize * model.input.width * model.input.height * 3).fill(0.5);
  await engine.run(pixels, sliceSize);
  parentPort?.postMessage('ready');
  await new Promise((resolve) => parentPort?.once('message', resolve));
  let pictures = 0;
  for (const start = performance.now(); performance.now() - start < ms; pictures += sliceSize) {
    await engine.run(pixels, sliceSize);
  }
  await engine[Symbol.asyncDispose]();
  return pictures;
}

async function infer(model: string): Promise<number> {
  const workers = Array.from(
    { length: availableParallelism() },
    () =>
      new Worker(new URL(import.meta.url), {
        workerData: { model } satisfies Job,
        execArgv: ['--import', 'tsx'],
      }),
  );
  const message = (worker: Worker): Promise<unknown> =>
    new Promise((resolve) => worker.once('message', resolve));
  await Promise.all(workers.map(message));
  const before = process.cpuUsage();
  const done = workers.map(message);
  for (const worker of workers) worker.postMessage('go');
  const pictures = (await Promise.all(done)).reduce<number>((sum, count) => sum + Number(count), 0);
  return cpuPer(pictures, before);
}

async function decodeFrames(name: string, videos: readonly string[]): Promise<number> {
  sharp.concurrency(1);
  sharp.cache(false);
  const model = await loadModel(name);
  const frames: Uint8Array[] = [];
  for (const path of videos) {
    for await (const { jpeg } of extract({ input: path, path }, { every: 10 }))
      frames.push(Buffer.from(jpeg));
  }
  const before = process.cpuUsage();
  let pictures = 0;
  for (const start = performance.now(); performance.now() - start < ms;) {
    for (let i = 0; i < frames.length; i += sliceSize) {
      pictures += (await Promise.all(frames.slice(i, i + sliceSize).map((frame) => decode(frame, model))))
        .length;
    }
  }
  return cpuPer(pictures, before);
}

function cpuPer(pictures: number, before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / pictures;
}

if (isMainThread) {
  const [what, model = '', ...videos] = process.argv.slice(2);
  const cpuMilliseconds = what === 'infer' ? await infer(model) : await decodeFrames(model, videos);
  process.stdout.write(JSON.stringify({ cpuMilliseconds }));
} else {
  parentPort?.postMessage(await inferForAWhile(workerData as Job));
}
