import type { ErrorCode } from '../base/errors.js';
import type { Model } from './model.js';
import type { PackedPictures } from './packed-pictures.js';
import type { Classification, Device, EngineName } from './port.js';

/** While one slice is in the engine, the pictures of the next are decoded. */
export const slicesPerWorker = 2;

/** The start parameters of a worker. */
export interface WorkerSettings {
  /** The networks that the worker may load. */
  readonly models: readonly Model[];
  /** Threads of the engine itself. */
  readonly threads: number;
  readonly device: Device;
  /** One shared Int32: not 0 once work in progress is to end. */
  readonly cancelled: SharedArrayBuffer;
}

/** One of the networks of a worker, and the engine that runs it. */
export interface NetworkRef {
  /** Its place in `models`. */
  readonly network: number;
  readonly engine: EngineName;
}

/** What a network is to answer about a slice. */
export interface Wanted extends NetworkRef {
  readonly topK: number;
}

export type Task =
  | ({ readonly kind: 'open' } & NetworkRef)
  | { readonly kind: 'classify'; readonly pictures: PackedPictures; readonly wanted: readonly Wanted[] }
  | { readonly kind: 'close' };

/** An MvsError on its way between threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retriable: boolean;
}

/** The answer of one network. A task to classify gets one for each network, in the order of `wanted`; other tasks get one. */
export type Reply = { readonly answers: readonly Classification[] } | { readonly failure: Failure };
