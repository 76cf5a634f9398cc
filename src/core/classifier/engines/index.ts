import type { LoadEngine } from '../engine.js';
import type { Model } from '../model.js';
import type { Device, EngineName, LocalEngineName, ServedEngineName } from '../port.js';

interface EngineEntry {
  /** Whether it can run this network: whether the model has a file, or a server, for it. */
  readonly runs: (model: Model) => boolean;
  /** Imports the engine's code, only when the engine is used. */
  readonly loader: () => Promise<LoadEngine>;
  /**
   * Pictures per run of the engine (docs/performance.md). With one thread, onnxruntime is faster with 4 than with 32, because they stay in
   * the cache; tfjs-node is slower. Small slices spread a batch over all workers. A server gets a batch of default size in one request.
   */
  readonly sliceSize: number;
}

interface LocalEngineEntry extends EngineEntry {
  /** The format of the files that it reads. */
  readonly format: keyof Model['files'];
  /** Loads its library, without a network. @returns what it offers, if there is a choice @throws MvsError ENGINE_MISSING */
  readonly probe: (device?: Device) => Promise<unknown>;
}

export const localEngines: Readonly<Record<LocalEngineName, LocalEngineEntry>> = {
  onnxruntime: {
    format: 'onnx',
    runs: ({ files }) => files.onnx !== undefined,
    loader: async () => (await import('./onnxruntime.js')).loadOnnxRuntime,
    probe: async (device) => (await import('./onnxruntime-session.js')).probeRuntime(device),
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
