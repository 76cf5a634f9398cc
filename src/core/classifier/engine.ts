import type { Device, EngineName } from './port.js';
import type { Model } from './model.js';

/** One output of a network for one picture. */
export interface OutputPart {
  readonly name: string;
  /** Without the dimension of the batch. */
  readonly shape: readonly number[];
}

/**
 * One loaded network on one runtime. Lives inside an inference worker.
 * Input: float32 pictures already normalised, packed in `layout` (n×3×H×W or n×H×W×3).
 * Output: one row of float32 numbers for each picture, as the network gives them: the scores of a classifier, or the outputs of a detector one
 * after the other.
 */
export interface Engine extends AsyncDisposable {
  readonly name: EngineName;
  readonly layout: 'nchw' | 'nhwc';
  /** What a row consists of. */
  readonly outputs: readonly OutputPart[];
  run(input: Float32Array, count: number): Promise<Float32Array>;
}

export interface LoadOptions {
  readonly threads: number;
  /** Only onnxruntime is asked for another one than the CPU, which is the default. */
  readonly device?: Device;
  /** Polled by an engine that waits for a server; once true, the engine gives up with INTERRUPTED. */
  readonly cancelled?: () => boolean;
}

/**
 * Loads `model` for use by one thread.
 * @throws MvsError ENGINE_MISSING if the runtime is not usable here, ENGINE_UNAVAILABLE if its server does not answer
 */
export type LoadEngine = (model: Model, options: LoadOptions) => Promise<Engine>;
