/** Images per second of one engine with one thread. Usage: engine-speed.ts ENGINE MODEL BATCH… */
import { engines } from '../../src/core/classifier/engines/index.js';
import { loadModel } from '../../src/core/classifier/load-model.js';
import type { EngineName } from '../../src/core/classifier/port.js';
import { MvsError } from '../../src/core/base/errors.js';
import { forAWhile } from './for-a-while.js';

export type EngineSpeed = { readonly perSecond: readonly number[] } | { readonly missing: string };

async function measure(
  name: EngineName,
  modelName: string,
  batches: readonly number[],
): Promise<EngineSpeed> {
  const model = await loadModel(modelName);
  const size = model.input.width * model.input.height * 3;
  const load = await engines[name].loader();
  await using engine = await load(model, { threads: 1 });
  const perSecond: number[] = [];
  for (const batch of batches) {
    const pixels = new Float32Array(batch * size).fill(0.5);
    await engine.run(pixels, batch);
    const { pictures, seconds } = await forAWhile(async () => {
      await engine.run(pixels, batch);
      return batch;
    });
    perSecond.push(pictures / seconds);
  }
  return { perSecond };
}

const [engine, model = '', ...batches] = process.argv.slice(2);
const speed = measure(engine as EngineName, model, batches.map(Number)).catch((error: unknown) => {
  if (error instanceof MvsError && error.code === 'ENGINE_MISSING') return { missing: error.message };
  throw error;
});
process.stdout.write(JSON.stringify(await speed));
