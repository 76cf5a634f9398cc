/** What a member of a group works with. */
import type { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { OnStage } from '../base/stage.js';
import type { Classifier } from '../classifier/port.js';
import type { RecordStore } from '../store/port.js';
import type { FrameStream, SubscribeOptions } from '../stream/port.js';
import type { Network } from './network.js';
import type { BadFramePolicy } from './reject.js';

export interface MemberPorts {
  readonly stream: FrameStream;
  readonly classifier: Classifier;
  /** Of the results of that classifier. */
  readonly store: RecordStore;
  /** More networks that classify the same frames. */
  readonly others?: readonly Network[];
  readonly log: Log;
}

export interface MemberOptions {
  readonly group: string;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly topK: number;
  readonly onBadFrame: BadFramePolicy;
  /** The broker removes a member from the group after this many milliseconds without a heartbeat. */
  readonly sessionTimeoutMs: number;
  /** A member restarts its client after this many milliseconds without progress while frames wait. */
  readonly stallTimeoutMs: number;
  readonly onExpired?: SubscribeOptions['onExpired'];
  /** Stops receiving. Batches in progress are finished, stored and settled, if that takes only seconds. */
  readonly signal: AbortSignal;
  readonly onStage?: OnStage;
  /** Milliseconds that the results of other networks wait, in one batch, for a network that is unavailable; the default is 20 s. */
  readonly patienceMs?: number | undefined;
  /** Milliseconds until a network that failed is tried again, if others work; the default is 30 s. */
  readonly restMs?: number | undefined;
  /** Called for each failed attempt that will be retried. */
  readonly onRetry?: (error: MvsError) => void;
}
