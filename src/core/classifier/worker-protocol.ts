import type { ErrorCode } from '../base/errors.js';
import type { Model } from './model.js';
import type { PackedBatch } from './packed-batch.js';
import type { Classification, EngineName } from './port.js';

/** The pictures of the next slice are decoded while one is in the engine. */
export const slicesPerWorker = 2;

/** What a worker is started with. */
export interface WorkerSettings {
  readonly engine: EngineName;
  readonly model: Model;
  /** Threads of the engine itself. */
  readonly threads: number;
  /** One Int32, shared: not 0 from the moment that what is under way is to be given up. */
  readonly cancelled: SharedArrayBuffer;
}

export type Task =
  | { readonly kind: 'open' }
  | { readonly kind: 'classify'; readonly batch: PackedBatch; readonly topK: number }
  | { readonly kind: 'close' };

/** An MvsError on its way between threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly retriable: boolean;
}

export type Reply = { readonly answers: readonly Classification[] } | { readonly failure: Failure };
