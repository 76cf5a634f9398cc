import type { ConsumeOptions, ConsumePorts } from '../core/consume/consume.js';
import type { Log } from '../core/base/log.js';
import type { ProduceOptions } from '../core/produce/outcome.js';
import type { FrameStream } from '../core/stream/port.js';

/** Counts what a command does, for monitoring. */
export interface Metrics extends AsyncDisposable {
  /** Adds counting to the options of a producer. */
  producing(stream: FrameStream, options: ProduceOptions): ProduceOptions;
  /** Adds counting to the options of a consumer. */
  consuming(ports: ConsumePorts, options: ConsumeOptions): ConsumeOptions;
}

export interface MetricsOptions {
  /** The running command. */
  readonly command: { readonly id?: string | undefined; readonly config: { readonly version: string } };
  /** Aborts when the command receives a signal to end. */
  readonly signal: AbortSignal;
  readonly log: Log;
}
