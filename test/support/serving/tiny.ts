import { onTestFinished } from 'vitest';
import type { Engine } from '../../../src/core/classifier/engine.js';
import { loadServed } from '../../../src/core/classifier/engines/served.js';
import { loadModel } from '../../../src/core/classifier/load-model.js';
import { parseServerUrl } from '../../../src/core/classifier/serving/address.js';

/** A network that is no network: pictures of 2×2, three classes. Its servers answer whatever a test wants. */
export const side = 2;
export const classes = 3;
export const size = 3 * side * side;
export const scores = [0.5, 0.3, 0.2];

/** One row for each picture. */
export function rows<T>(count: number, row: T): T[] {
  return Array.from({ length: count }, () => row);
}

/** The real engine before such a server, in this thread. */
export async function openTiny(url: string, timeoutMs = 5000): Promise<Engine> {
  const model = await loadModel('efficientnet-lite0');
  const input = { ...model.input, width: side, height: side };
  const server = { address: parseServerUrl(url), access: { timeoutMs } };
  const engine = await loadServed({ ...model, input, files: {}, server }, { threads: 1 });
  onTestFinished(() => engine[Symbol.asyncDispose]());
  return engine;
}

/** Has the engine classify so many pictures, each pixel of which is this. */
export function classify(engine: Engine, count = 2, pixel = 0): Promise<Float32Array> {
  return engine.run(new Float32Array(count * size).fill(pixel), count);
}

export const away = { code: 'ENGINE_UNAVAILABLE', retriable: true };
export const refused = { code: 'ENGINE_FAILED', retriable: false };
export const broken = { code: 'ENGINE_FAILED', retriable: true };
