/** One tensor of a model as its server describes it. */
export interface TensorDescription {
  readonly name: string;
  /** In the words of the Open Inference Protocol: FP32, UINT8, BYTES… */
  readonly datatype: string;
  /** −1 stands for any size; undefined where the server does not even know how many dimensions there are. */
  readonly shape: readonly number[] | undefined;
}

export interface ModelDescription {
  /** The version that answers now; null where the server has none or does not tell. */
  readonly version: string | null;
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
}

/** Pictures on their way to the server. */
export interface Pictures {
  /** The model's name for this input. */
  readonly name: string;
  /** Four numbers, the first is how many pictures. */
  readonly shape: readonly [number, number, number, number];
  readonly values: Float32Array;
}

/**
 * One model on one server. Failures are MvsErrors made by `failures.ts`: what may pass is ENGINE_UNAVAILABLE and retriable, so
 * that it is waited for; an abort comes out as whatever the signal's reason is.
 */
export interface Serving extends AsyncDisposable {
  /** Of one number in a request, so that requests can be bounded. */
  readonly bytesPerValue: number;
  /** @throws MvsError MODEL_INVALID where the server does not have the model */
  describe(signal: AbortSignal): Promise<ModelDescription>;
  /** Scores of each picture, row by row; of any number, which the caller checks. */
  infer(pictures: Pictures, output: string, signal: AbortSignal): Promise<Float32Array>;
}
