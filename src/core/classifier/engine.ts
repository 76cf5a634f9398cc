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

export interface LoadOptions {
  readonly threads: number;
  /** Asked now and then by an engine that waits for somebody else; once true, it gives up as INTERRUPTED. */
  readonly cancelled?: () => boolean;
}

/**
 * Loads `model` for use by one thread. Throws MvsError ENGINE_MISSING where the runtime is not usable here, ENGINE_UNAVAILABLE
 * where its server does not answer.
 */
export type LoadEngine = (model: Model, options: LoadOptions) => Promise<Engine>;
