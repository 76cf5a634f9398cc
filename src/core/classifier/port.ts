import type { Prediction } from '../frames/frame.js';

/** Engines that run here, in order of preference: `--engine auto` takes the first that loads. */
export const localEngineNames = ['onnxruntime', 'tfjs-node', 'tfjs-wasm'] as const;
/** Engines that hand the pictures to a model server, by the protocol that it speaks. */
export const servedEngineNames = ['tf-serving', 'kserve'] as const;
export const engineNames = [...localEngineNames, ...servedEngineNames] as const;

export type LocalEngineName = (typeof localEngineNames)[number];
export type ServedEngineName = (typeof servedEngineNames)[number];
export type EngineName = (typeof engineNames)[number];

export function isServed(engine: string): engine is ServedEngineName {
  return servedEngineNames.some((name) => name === engine);
}

/** One frame's answer: its predictions, best first, or why the picture cannot be classified. */
export type Classification = { readonly predictions: readonly Prediction[] } | { readonly badFrame: string };

/** Encoded frames in, ranked labels out, in the same order; runs off the main thread. Disposing gives up what is under way. */
export interface Classifier extends AsyncDisposable {
  readonly engine: EngineName;
  /** Name of the network, as records carry it. */
  readonly model: string;
  /**
   * Classifies encoded pictures (JPEG or PNG). A picture that cannot be decoded yields `badFrame` and does not fail
   * the batch; a rejection means that the engine itself is broken (ENGINE_FAILED, retriable), that it is known to be well and does not
   * take these pictures (ENGINE_FAILED, not retriable), or that its server is away (ENGINE_UNAVAILABLE, retriable).
   */
  classify(pictures: readonly Uint8Array[], topK: number): Promise<readonly Classification[]>;
}
