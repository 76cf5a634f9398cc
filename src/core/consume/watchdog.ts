import { setTimeout as sleep } from 'node:timers/promises';
import { MvsError } from '../base/errors.js';
import type { FrameStream, Subscription } from '../stream/port.js';

/** A batch in progress may take this many times as long: a slow network is not a stall. */
const workFactor = 10;

export interface WatchdogOptions {
  /** Milliseconds without progress after which a member with waiting messages has stalled. */
  readonly stallMs: number;
  /** True while the member has unsettled messages. */
  readonly working: () => boolean;
  /** How many messages wait for this member. */
  readonly behind: () => Promise<number>;
}

/** Detects that a member makes no progress although messages wait for it. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #lastMove = Date.now();
  #moves = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** The number of calls of `moved`. */
  get moves(): number {
    return this.#moves;
  }

  /** To be called at any progress: a message received, a batch done, a retry while a server is unavailable. */
  moved(): void {
    this.#lastMove = Date.now();
    this.#moves += 1;
  }

  /** Resolves with the number of waiting messages when the member has stalled; with undefined when the signal aborts. */
  async stalled(signal: AbortSignal): Promise<number | undefined> {
    const { stallMs, working } = this.#options;
    this.#lastMove = Date.now();
    let suspectedAt: number | undefined;
    for (let look = Date.now(); await passed(stallMs / 4, signal); look = Date.now()) {
      // This process was suspended meanwhile, so there could be no progress.
      if (Date.now() - look > stallMs / 2) this.#lastMove = Date.now();
      const limit = working() ? workFactor * stallMs : stallMs;
      const waiting = Date.now() - this.#lastMove < limit ? 0 : await this.#waiting();
      // Confirmed twice: a suspended process or a rebalance looks like a stall for a moment.
      if (waiting > 0 && suspectedAt === this.#moves) return waiting;
      suspectedAt = waiting > 0 ? this.#moves : undefined;
    }
    return undefined;
  }

  /** A broker that does not answer counts as progress: other code waits for it. */
  async #waiting(): Promise<number> {
    try {
      return await this.#options.behind();
    } catch (error) {
      const mayPass = error instanceof MvsError && (error.retriable || error.code === 'TOPIC_MISSING');
      if (!mayPass) throw error;
      this.#lastMove = Date.now();
      return 0;
    }
  }
}

/** False if the signal aborts first. */
function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}

/** The lag of the partitions that a member holds, and of those that no member holds; 0 if the stream does not count. */
export async function lagOf(
  stream: FrameStream,
  group: string,
  { partitions }: Subscription,
): Promise<number> {
  const found = await stream.lag(group);
  if (!found.counted) return 0;
  const own = found.partitions.filter(
    ({ partition, consumerId }) => partitions.includes(partition) || consumerId === null,
  );
  return own.reduce((sum, { lag }) => sum + lag, 0);
}
