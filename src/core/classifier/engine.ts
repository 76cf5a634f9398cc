import type { EngineName } from './port.js';
import type { Model } from './model.js';

/**
 * One loaded network on one runtime. Lives inside an inference worker.
 * Input: float32 pictures already normalised, packed in `layout` (n×3×H×W or n×H×W×3).
 * Output: n×classes float32, row by row, as the network gives them.
 */
export interface Engine extends AsyncDisposable {
  readonly name: EngineName;
  readonly layout: 'nchw' | 'nhwc';
  readonly classes: number;
  run(input: Float32Array, count: number): Promise<Float32Array>;
}

/** Loads `model` for use by one thread. Throws MvsError ENGINE_MISSING where the runtime is not usable here. */
export type LoadEngine = (model: Model, options: { readonly threads: number }) => Promise<Engine>;
