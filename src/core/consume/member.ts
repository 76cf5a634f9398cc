import { pMapIterable } from 'p-map';
import { atMost } from '../base/abort.js';
import { batches } from '../base/batch.js';
import { MvsError } from '../base/errors.js';
import { processBatch, type BatchResult } from './process-batch.js';
import type { MemberOptions, MemberPorts } from './options.js';
import type { Delivery, Subscription } from '../stream/port.js';
import { lagOf, Watchdog } from './watchdog.js';

/** While one batch is in inference, the next is received and the previous one is stored. */
const batchesInProgress = 2;
/** A consumer has ten seconds to end; this many may go into finishing batches in progress. */
const drainMs = 4_000;
const maxRestarts = 3;

/** One member of the group: receive ──▶ batch ──▶ classify ──▶ store ──▶ settle with one classifier. */
export class Member implements AsyncDisposable {
  readonly #ports: MemberPorts;
  readonly #options: MemberOptions;
  readonly #watchdog: Watchdog;
  readonly #inProgress = new Set<Promise<unknown>>();
  #subscription: Subscription;
  /** The watchdog's moves when the client was restarted. */
  #restartedAt: number | undefined;
  #polls = 0;

  private constructor(ports: MemberPorts, options: MemberOptions, subscription: Subscription) {
    this.#ports = ports;
    this.#options = options;
    this.#subscription = subscription;
    this.#watchdog = new Watchdog({
      // A partial batch makes no progress while it lingers.
      stallMs: options.stallTimeoutMs + options.lingerMs,
      working: () => this.#inProgress.size > 0,
      behind: () => this.#behind(),
    });
  }

  static async join(ports: MemberPorts, options: MemberOptions): Promise<Member> {
    return new Member(ports, options, await subscribe(ports, options));
  }

  /**
   * Works until the signal aborts. A member that makes no progress although frames wait restarts its client.
   * @throws MvsError STALLED if that does not help.
   */
  async run(onBatch: (result: BatchResult) => void): Promise<void> {
    const watchdog = this.#watchdog;
    for (let restarts = 0, moves = 0; ; moves = watchdog.moves) {
      const waiting = await this.#workUntilStalled(onBatch);
      if (waiting === undefined) return;
      restarts = watchdog.moves === moves ? restarts + 1 : 1;
      const what = `no progress for ${this.#options.stallTimeoutMs / 1000} s, although ${waiting} messages wait`;
      if (this.#inProgress.size > 0) throw stalled(`${what}, and the classifier does not return a batch`);
      if (restarts > maxRestarts) throw stalled(`${what}; restarting the client did not help`);
      this.#ports.log.warn(`${what}: restarting the client (${restarts} of ${maxRestarts})`);
      await this.#subscription[Symbol.asyncDispose]();
      this.#subscription = await subscribe(this.#ports, this.#options);
      [this.#restartedAt, this.#polls] = [watchdog.moves, 0];
    }
  }

  /** True while a restarted client has received no answer either. */
  get stuck(): boolean {
    return this.#restartedAt === this.#watchdog.moves && this.#subscription.polls === 0;
  }

  /**
   * How many messages wait for this member. None if a restarted client gets answers without messages: what remains in
   * the topic are then transaction markers.
   */
  async #behind(): Promise<number> {
    const { polls } = this.#subscription;
    const answered = polls > this.#polls;
    this.#polls = polls;
    if (answered && this.#restartedAt === this.#watchdog.moves) return 0;
    return lagOf(this.#ports.stream, this.#options.group, this.#subscription);
  }

  /** @returns how many messages wait if the member has stalled; undefined if its signal has aborted */
  async #workUntilStalled(onBatch: (result: BatchResult) => void): Promise<number | undefined> {
    const over = new AbortController();
    const signal = AbortSignal.any([this.#options.signal, over.signal]);
    const working = this.#work(onBatch);
    const watching = this.#watchdog.stalled(signal);
    try {
      const waiting = await Promise.race([working, watching]);
      // What cannot be finished in time is not settled, and will be delivered again.
      if (waiting === undefined) await atMost(drainMs, working);
      return waiting ?? undefined;
    } finally {
      over.abort();
      // Left behind after a stall or a timed-out drain: its end is of no interest.
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
      for await (const result of pMapIterable(received, this.#process, { concurrency: batchesInProgress })) {
        if (result) onBatch(result);
      }
    } finally {
      // One batch has failed; the other one in progress is still stored and settled.
      await Promise.allSettled(this.#inProgress);
    }
  }

  async *#received(): AsyncGenerator<Delivery> {
    for await (const delivery of this.#subscription.deliveries) {
      this.#watchdog.moved();
      yield delivery;
    }
  }

  /** After the signal, no batch is begun: the messages will be delivered again, and stopping takes seconds. */
  readonly #process = (batch: Delivery[]): Promise<BatchResult> | undefined => {
    if (this.#options.signal.aborted) return undefined;
    const onRetry = (error: MvsError): void => {
      this.#watchdog.moved();
      this.#options.onRetry?.(error);
    };
    const processing = processBatch(batch, { ...this.#ports, ...this.#options, onRetry });
    this.#inProgress.add(processing);
    return processing.finally(() => {
      this.#inProgress.delete(processing);
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
    hint: 'Nothing is lost: unsettled messages are delivered again to the next consumer that a supervisor starts.',
  });
}
