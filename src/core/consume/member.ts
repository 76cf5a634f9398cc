import { pMapIterable } from 'p-map';
import { atMost } from '../base/abort.js';
import { batches } from '../base/batch.js';
import type { Classifier } from '../classifier/port.js';
import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { processBatch, type BatchResult } from './process-batch.js';
import type { BadFramePolicy } from './reject.js';
import type { OnStage } from '../base/stage.js';
import type { RecordStore } from '../store/port.js';
import type { Delivery, FrameStream, SubscribeOptions, Subscription } from '../stream/port.js';
import { lagOf, Watchdog } from './watchdog.js';

export interface MemberPorts {
  readonly stream: FrameStream;
  readonly store: RecordStore;
  readonly classifier: Classifier;
  readonly log: Log;
}

export interface MemberOptions {
  readonly group: string;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly topK: number;
  readonly onBadFrame: BadFramePolicy;
  /** After how long a member that is not heard of is taken for dead. */
  readonly sessionTimeoutMs: number;
  /** After how long without any progress, though frames wait, a member starts its client again. */
  readonly stallTimeoutMs: number;
  readonly onExpired?: SubscribeOptions['onExpired'];
  /** Stops receiving; what is in work is finished, stored and settled, as far as that takes seconds. */
  readonly signal: AbortSignal;
  readonly onStage?: OnStage;
  /** Told of each attempt that failed and is to be repeated. */
  readonly onRetry?: (error: MvsError) => void;
}

/** While one batch is in inference the next is received and the one before is stored. */
const batchesInWork = 2;
/** So much of the ten seconds in which a consumer has to be gone may go into finishing what is in work. */
const drainMs = 4_000;
const maxRestarts = 3;

/** One member of the group: receive ──▶ batch ──▶ classify ──▶ store ──▶ settle with one classifier. */
export class Member implements AsyncDisposable {
  readonly #ports: MemberPorts;
  readonly #options: MemberOptions;
  readonly #watchdog: Watchdog;
  readonly #inWork = new Set<Promise<unknown>>();
  #subscription: Subscription;
  /** The watchdog's moves when the client was started again. */
  #restartedAt: number | undefined;
  #polls = 0;

  private constructor(ports: MemberPorts, options: MemberOptions, subscription: Subscription) {
    this.#ports = ports;
    this.#options = options;
    this.#subscription = subscription;
    this.#watchdog = new Watchdog({
      // A batch that is not full says nothing while it lingers.
      stallMs: options.stallTimeoutMs + options.lingerMs,
      working: () => this.#inWork.size > 0,
      behind: () => this.#behind(),
    });
  }

  static async join(ports: MemberPorts, options: MemberOptions): Promise<Member> {
    return new Member(ports, options, await subscribe(ports, options));
  }

  /**
   * Works until the signal aborts. A member that makes no progress though frames wait starts its client again.
   * @throws MvsError STALLED where that does not help.
   */
  async run(onBatch: (result: BatchResult) => void): Promise<void> {
    const watchdog = this.#watchdog;
    for (let restarts = 0, moves = 0; ; moves = watchdog.moves) {
      const waiting = await this.#workUntilStalled(onBatch);
      if (waiting === undefined) return;
      restarts = watchdog.moves === moves ? restarts + 1 : 1;
      const what = `nothing has moved for ${this.#options.stallTimeoutMs / 1000} s though ${waiting} messages wait`;
      if (this.#inWork.size > 0) throw stalled(`${what}, and a batch does not come out of the classifier`);
      if (restarts > maxRestarts) throw stalled(`${what}; starting the client again did not help`);
      this.#ports.log.warn(`${what}: starting the client again (${restarts} of ${maxRestarts})`);
      await this.#subscription[Symbol.asyncDispose]();
      this.#subscription = await subscribe(this.#ports, this.#options);
      [this.#restartedAt, this.#polls] = [watchdog.moves, 0];
    }
  }

  /** True while a client that was started again, because it had stalled, has not been answered either. */
  get stuck(): boolean {
    return this.#restartedAt === this.#watchdog.moves && this.#subscription.polls === 0;
  }

  /**
   * How many messages wait for this member. None where a client that was started again gets answers, and no message in them:
   * what lies there is none, but the marks of transactions.
   */
  async #behind(): Promise<number> {
    const { polls } = this.#subscription;
    const answered = polls > this.#polls;
    this.#polls = polls;
    if (answered && this.#restartedAt === this.#watchdog.moves) return 0;
    return lagOf(this.#ports.stream, this.#options.group, this.#subscription);
  }

  /** @returns how many messages wait where the member has stalled, undefined where its signal has aborted */
  async #workUntilStalled(onBatch: (result: BatchResult) => void): Promise<number | undefined> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, over.signal]);
    const working = this.#work(onBatch);
    const watching = this.#watchdog.stalled(signal);
    try {
      const waiting = await Promise.race([working, watching]);
      // What cannot be finished in time is not settled, and comes again.
      if (waiting === undefined) await atMost(drainMs, working);
      return waiting ?? undefined;
    } finally {
      over.abort();
      // Left behind in a stall or after the time to drain; then nobody waits for its end.
      working.catch(() => undefined);
      watching.catch(() => undefined);
    }
  }

  async #work(onBatch: (result: BatchResult) => void): Promise<undefined> {
    const { batchSize, lingerMs, onStage } = this.#options;
    const onBatchReceived = (seconds: number, { length }: readonly Delivery[]): void => {
      onStage?.('receive', seconds, length);
    };
    const received = batches(this.#received(), { batchSize, lingerMs, onBatch: onBatchReceived });
    try {
      for await (const result of pMapIterable(received, this.#process, { concurrency: batchesInWork })) {
        if (result) onBatch(result);
      }
    } finally {
      // One batch has failed; the one beside it is still to be stored and settled.
      await Promise.allSettled(this.#inWork);
    }
  }

  async *#received(): AsyncGenerator<Delivery> {
    for await (const delivery of this.#subscription.deliveries) {
      this.#watchdog.moved();
      yield delivery;
    }
  }

  /** Told to stop, only batches already in work are finished: the others come again, and stopping takes seconds. */
  readonly #process = (batch: Delivery[]): Promise<BatchResult> | undefined => {
    const { topK, onBadFrame, signal, onStage } = this.#options;
    if (signal.aborted) return undefined;
    const onRetry = (error: MvsError): void => {
      this.#watchdog.moved();
      this.#options.onRetry?.(error);
    };
    const processing = processBatch(batch, { ...this.#ports, topK, onBadFrame, signal, onRetry, onStage });
    this.#inWork.add(processing);
    return processing.finally(() => {
      this.#inWork.delete(processing);
      this.#watchdog.moved();
    });
  };

  /** Commits what is settled and leaves the group. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subscription[Symbol.asyncDispose]();
  }
}

function subscribe({ stream }: MemberPorts, options: MemberOptions): Promise<Subscription> {
  const { group, batchSize: prefetch, sessionTimeoutMs, signal, onExpired } = options;
  return stream.subscribe({ group, prefetch, sessionTimeoutMs, signal, onExpired });
}

function stalled(message: string): MvsError {
  return new MvsError('STALLED', message, {
    hint: 'Nothing is lost: what was not settled comes again to the consumer that a supervisor starts next.',
  });
}
