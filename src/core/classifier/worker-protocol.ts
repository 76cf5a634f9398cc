import type { ErrorCode } from '../base/errors.js';
import type { Model } from './model.js';
import type { PackedPictures } from './packed-pictures.js';
import type { Classification, EngineName } from './port.js';

/** While one slice is in the engine, the pictures of the next are decoded. */
export const slicesPerWorker = 2;

/** The start parameters of a worker. */
export interface WorkerSettings {
  readonly engine: EngineName;
  readonly model: Model;
  /** Threads of the engine itself. */
  readonly threads: number;
  /** One shared Int32: not 0 once work in progress is to end. */
  readonly cancelled: SharedArrayBuffer;
}

export type Task =
  | { readonly kind: 'open' }
  | { readonly kind: 'classify'; readonly pictures: PackedPictures; readonly topK: number }
  | { readonly kind: 'close' };

/** An MvsError on its way between threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retriable: boolean;
}

export type Reply = { readonly answers: readonly Classification[] } | { readonly failure: Failure };
