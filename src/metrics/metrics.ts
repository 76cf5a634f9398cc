import type { ConsumeOptions, ConsumePorts } from '../core/consume/consume.js';
import type { Log } from '../core/base/log.js';
import type { ProduceOptions } from '../core/produce/outcome.js';
import type { FrameStream } from '../core/stream/port.js';

/** Counts what a command does, for those who ask from outside. */
export interface Metrics extends AsyncDisposable {
  /** The options of a producer that is counted. */
  producing(stream: FrameStream, options: ProduceOptions): ProduceOptions;
  /** The options of a consumer that is counted. */
  consuming(ports: ConsumePorts, options: ConsumeOptions): ConsumeOptions;
}

export interface MetricsOptions {
  /** What runs. */
  readonly command: { readonly id?: string | undefined; readonly config: { readonly version: string } };
  /** Aborts when the command is told to end. */
  readonly signal: AbortSignal;
  readonly log: Log;
}
