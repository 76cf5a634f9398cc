/**
 * Measures decoding or inference alone, as CPU milliseconds per picture. Decoding uses libuv's threads, inference one thread.
 * Usage: alone.ts decode|infer MODEL [VIDEO…]
 */
import sharp from 'sharp';
import { engines } from '../../src/core/classifier/engines/index.js';
import { loadModel } from '../../src/core/classifier/load-model.js';
import { decode } from '../../src/core/classifier/preprocess.js';
import { extract } from '../../src/core/extract/extract.js';
import { forAWhile } from './for-a-while.js';

const { sliceSize } = engines.onnxruntime;

export interface Alone {
  readonly cpuMilliseconds: number;
}

async function infer(modelName: string): Promise<Alone> {
  const model = await loadModel(modelName);
  const load = await engines.onnxruntime.loader();
  await using engine = await load(model, { threads: 1 });
  const pixels = new Float32Array(sliceSize * model.input.width * model.input.height * 3).fill(0.5);
  await engine.run(pixels, sliceSize);
  return await measure(async () => {
    await engine.run(pixels, sliceSize);
    return sliceSize;
  });
}

async function decodeFrames(modelName: string, videos: readonly string[]): Promise<Alone> {
  // The same settings as in the inference worker.
  sharp.concurrency(1);
  sharp.cache(false);
  const model = await loadModel(modelName);
  const frames: Uint8Array[] = [];
  for (const path of videos) {
    for await (const { jpeg } of extract({ input: path, path }, { samplingMethod: { every: 10 } }))
      frames.push(Buffer.from(jpeg));
  }
  let next = 0;
  return measure(async () => {
    const some = Array.from({ length: sliceSize }, () => frames[next++ % frames.length] ?? Buffer.of());
    await Promise.all(some.map((frame) => decode(frame, model)));
    return sliceSize;
  });
}

async function measure(work: () => Promise<number>): Promise<Alone> {
  const { cpuMilliseconds, pictures } = await forAWhile(work);
  return { cpuMilliseconds: cpuMilliseconds / pictures };
}

const [what, model = '', ...videos] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await (what === 'infer' ? infer(model) : decodeFrames(model, videos))));
