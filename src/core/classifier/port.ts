import type { Prediction } from '../frame.js';

/** In order of preference: `--engine auto` takes the first that loads. */
export const engineNames = ['onnxruntime', 'tfjs-node', 'tfjs-wasm'] as const;
export type EngineName = (typeof engineNames)[number];

/** One frame's answer: its predictions, best first, or why the picture cannot be classified. */
export type Classification = { readonly predictions: readonly Prediction[] } | { readonly badFrame: string };

/** Encoded frames in, ranked labels out, in the same order; runs off the main thread. Disposing gives up what is under way. */
export interface Classifier extends AsyncDisposable {
  readonly engine: EngineName;
  /** Name of the network, as records carry it. */
  readonly model: string;
  /**
   * Classifies encoded pictures (JPEG or PNG). A picture that cannot be decoded yields `badFrame` and does not fail
   * the batch; a rejection means that the engine itself is broken.
   */
  classify(pictures: readonly Uint8Array[], topK: number): Promise<readonly Classification[]>;
}
