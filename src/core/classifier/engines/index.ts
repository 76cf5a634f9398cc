import type { LoadEngine } from '../engine.js';
import type { Model } from '../model.js';
import type { EngineName, LocalEngineName, ServedEngineName } from '../port.js';

interface EngineEntry {
  /** Whether it can run this network: whether there is a file, or a server, of its kind. */
  readonly runs: (model: Model) => boolean;
  /** Imports the engine's code, which nobody else pays for. */
  readonly loader: () => Promise<LoadEngine>;
  /**
   * Pictures per run of it, with one thread (docs/performance.md): onnxruntime is faster with 4 than with 32, because they stay in
   * the cache, tfjs-node slower, and small slices spread a batch over all workers. To a server a usual batch goes as one.
   */
  readonly sliceSize: number;
}

interface LocalEngineEntry extends EngineEntry {
  /** Of the files that it reads. */
  readonly format: keyof Model['files'];
  /** Loads its library and no network. @throws MvsError ENGINE_MISSING */
  readonly probe: () => Promise<unknown>;
}

export const localEngines: Readonly<Record<LocalEngineName, LocalEngineEntry>> = {
  onnxruntime: {
    format: 'onnx',
    runs: ({ files }) => files.onnx !== undefined,
    loader: async () => (await import('./onnxruntime.js')).loadOnnxRuntime,
    probe: async () => (await import('./onnxruntime.js')).importRuntime(),
    sliceSize: 4,
  },
  'tfjs-node': {
    format: 'tfjs',
    runs: ({ files }) => files.tfjs !== undefined,
    loader: async () => (await import('./tfjs-node.js')).loadTfjsNode,
    probe: async () => (await import('./tfjs-node.js')).importTfjsNode(),
    sliceSize: 16,
  },
  'tfjs-wasm': {
    format: 'tfjs',
    runs: ({ files }) => files.tfjs !== undefined,
    loader: async () => (await import('./tfjs-wasm.js')).loadTfjsWasm,
    probe: async () => (await import('./tfjs-wasm.js')).startWasm(),
    sliceSize: 4,
  },
};

const served = (engine: ServedEngineName): EngineEntry => ({
  runs: ({ server }) => server?.address.engine === engine,
  loader: async () => (await import('./served.js')).loadServed,
  sliceSize: 32,
});

export const engines: Readonly<Record<EngineName, EngineEntry>> = {
  ...localEngines,
  'tf-serving': served('tf-serving'),
  kserve: served('kserve'),
};
