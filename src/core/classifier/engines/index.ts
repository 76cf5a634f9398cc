import type { LoadEngine } from '../engine.js';
import type { Model } from '../model.js';
import type { EngineName } from '../port.js';

interface EngineEntry {
  /** The format of the network files that it reads. */
  readonly format: keyof Model['files'];
  /** Imports the engine's code, which nobody else pays for. */
  readonly loader: () => Promise<LoadEngine>;
}

export const engines: Readonly<Record<EngineName, EngineEntry>> = {
  onnxruntime: { format: 'onnx', loader: async () => (await import('./onnxruntime.js')).loadOnnxRuntime },
  'tfjs-node': { format: 'tfjs', loader: async () => (await import('./tfjs-node.js')).loadTfjsNode },
  'tfjs-wasm': { format: 'tfjs', loader: async () => (await import('./tfjs-wasm.js')).loadTfjsWasm },
};
