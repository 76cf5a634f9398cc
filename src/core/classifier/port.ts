import type { DetectedObject, Prediction } from '../frames/frame.js';

/** Engines that run here, in order of preference: `--engine auto` takes the first that loads. */
export const localEngineNames = ['onnxruntime', 'tfjs-node', 'tfjs-wasm'] as const;
/** Engines that send the pictures to a model server, named after its protocol. */
export const servedEngineNames = ['tf-serving', 'kserve'] as const;
export const engineNames = [...localEngineNames, ...servedEngineNames] as const;

export type LocalEngineName = (typeof localEngineNames)[number];
export type ServedEngineName = (typeof servedEngineNames)[number];
export type EngineName = (typeof engineNames)[number];

/** Where onnxruntime can compute; which of these it offers depends on the system and on what is installed. */
export const devices = ['cpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'qnn', 'webgpu'] as const;
export type Device = (typeof devices)[number];

export function isServed(engine: string): engine is ServedEngineName {
  return servedEngineNames.some((name) => name === engine);
}

/** One frame's answer: its predictions, best first, or why the picture cannot be classified. */
export type Classification =
  | {
      readonly predictions: readonly Prediction[];
      /** What a detector has found, best first. */
      readonly objects?: readonly DetectedObject[];
    }
  | { readonly badFrame: string };

/**
 * Turns encoded frames into ranked labels, in the same order, off the main thread. Disposing ends calls in progress.
 * Classifiers that were opened together decode a batch once if they are called with the same pictures in the same turn of the event loop.
 */
export interface Classifier extends AsyncDisposable {
  readonly engine: EngineName;
  /** Name of the network, as records carry it. */
  readonly model: string;
  /**
   * Classifies a batch of encoded pictures (JPEG or PNG). A picture that cannot be decoded, or for which a classifier has no
   * number, yields `badFrame` and does not fail the batch.
   * @throws MvsError ENGINE_FAILED, retriable, if the engine fails; ENGINE_FAILED, not retriable, if a working engine refuses
   *   these pictures; ENGINE_UNAVAILABLE, retriable, if its server is unavailable
   */
  classify(pictures: readonly Uint8Array[], topK: number): Promise<readonly Classification[]>;
}
