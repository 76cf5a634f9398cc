import type { LoadEngine } from '../engine.js';
import type { Model } from '../model.js';
import type { EngineName } from '../port.js';

interface EngineEntry {
  /** The format of the network files that it reads. */
  readonly format: keyof Model['files'];
  /** Imports the engine's code, which nobody else pays for. */
  readonly loader: () => Promise<LoadEngine>;
  /** Loads its library and no network. @throws MvsError ENGINE_MISSING */
  readonly probe: () => Promise<unknown>;
  /**
   * Pictures per run of it, with one thread (docs/performance.md): onnxruntime is faster with 4 than with 32, because they stay in
   * the cache, tfjs-node slower, and small slices spread a batch over all workers.
   */
  readonly sliceSize: number;
}

export const engines: Readonly<Record<EngineName, EngineEntry>> = {
  onnxruntime: {
    format: 'onnx',
    loader: async () => (await import('./onnxruntime.js')).loadOnnxRuntime,
    probe: async () => (await import('./onnxruntime.js')).importRuntime(),
    sliceSize: 4,
  },
  'tfjs-node': {
    format: 'tfjs',
    loader: async () => (await import('./tfjs-node.js')).loadTfjsNode,
    probe: async () => (await import('./tfjs-node.js')).importTfjsNode(),
    sliceSize: 16,
  },
  'tfjs-wasm': {
    format: 'tfjs',
    loader: async () => (await import('./tfjs-wasm.js')).loadTfjsWasm,
    probe: async () => (await import('./tfjs-wasm.js')).startWasm(),
    sliceSize: 4,
  },
};
