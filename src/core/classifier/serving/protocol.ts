import type { Output } from '../outputs.js';

/** One tensor of a model, as the server describes it. */
export interface TensorDescription {
  readonly name: string;
  /** In the words of the Open Inference Protocol: FP32, UINT8, BYTES… */
  readonly datatype: string;
  /** −1 means any size; undefined if the server does not know the number of dimensions. */
  readonly shape: readonly number[] | undefined;
}

export interface ModelDescription {
  /** The version that answers now; null if the server has none or does not report it. */
  readonly version: string | null;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
}

/** Pictures to send to the server. */
export interface Pictures {
  /** The model's name for this input. */
  readonly name: string;
  /** Four numbers; the first is the number of pictures. */
  readonly shape: readonly [number, number, number, number];
  readonly values: Float32Array;
}

/**
 * One model on one server. Failures are MvsErrors of `failures.ts`: a temporary failure is ENGINE_UNAVAILABLE and retriable; an
 * abort throws the signal's reason.
 */
export interface Serving extends AsyncDisposable {
  /** Size of one number in a request, to bound requests. */
  readonly bytesPerValue: number;
  /** @throws MvsError MODEL_INVALID if the server does not have the model */
  describe(signal: AbortSignal): Promise<ModelDescription>;
  /** These outputs, in this order; the caller checks the number of values. */
  infer(pictures: Pictures, outputs: readonly string[], signal: AbortSignal): Promise<readonly Output[]>;
}
