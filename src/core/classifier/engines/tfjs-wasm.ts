import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { MvsError, messageOf } from '../../base/errors.js';
import type { LoadEngine } from '../engine.js';
import { openGraphModel, type TensorFlow } from './graph-model.js';

/**
 * TensorFlow.js on WebAssembly with SIMD: the slowest engine, and the one that runs everywhere. It has no threads in
 * Node, so it ignores `threads`.
 */
export const loadTfjsWasm: LoadEngine = async (model) =>
  openGraphModel(await startWasm(), 'tfjs-wasm', model);

export async function startWasm(): Promise<TensorFlow> {
  try {
    const [core, converter, wasm] = await Promise.all([
      import('@tensorflow/tfjs-core'),
      import('@tensorflow/tfjs-converter'),
      import('@tensorflow/tfjs-backend-wasm'),
    ]);
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(dirname(entry) + sep);
    if (!(await core.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
    await core.ready();
    const { io, Tensor, tensor4d } = core;
    return { io, Tensor, tensor4d, loadGraphModel: (handler) => converter.loadGraphModel(handler) };
  } catch (cause) {
    throw new MvsError('ENGINE_MISSING', `TensorFlow.js on WebAssembly does not load: ${messageOf(cause)}`, {
      cause,
      hint: 'Run "npm ci" again on this machine, or choose another --engine.',
    });
  }
}
