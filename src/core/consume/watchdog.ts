import { setTimeout as sleep } from 'node:timers/promises';
import { MvsError } from '../base/errors.js';
import type { FrameStream, Subscription } from '../stream/port.js';

/** What is in work may take so many times as long: a batch of a slow network is no stall. */
const workFactor = 10;

export interface WatchdogOptions {
  /** Without any movement for so long, a member that should be getting messages has stalled. */
  readonly stallMs: number;
  /** True while the member has messages that are not settled. */
  readonly working: () => boolean;
  /** How many messages wait that this member should be getting. */
  readonly behind: () => Promise<number>;
}

/** Notices that a member of the group makes no progress though there is something to do. */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #lastMove = Date.now();
  #moves = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** How often anything has moved. */
  get moves(): number {
    return this.#moves;
  }

  /** To be called whenever anything moves: a message received, a batch done, a wait for a server that is away. */
  moved(): void {
    this.#lastMove = Date.now();
    this.#moves += 1;
  }

  /** Resolves with how many messages wait, once the member has stalled; with undefined when the signal aborts. */
  async stalled(signal: AbortSignal): Promise<number | undefined> {
    const { stallMs, working } = this.#options;
    this.#lastMove = Date.now();
    let suspectedAt: number | undefined;
    for (let look = Date.now(); await passed(stallMs / 4, signal); look = Date.now()) {
      // This process did not run meanwhile, so nothing could move.
      if (Date.now() - look > stallMs / 2) this.#lastMove = Date.now();
      const limit = working() ? workFactor * stallMs : stallMs;
      const waiting = Date.now() - this.#lastMove < limit ? 0 : await this.#waiting();
      // Twice: a process that was suspended and a group that rebalances look like this for a moment.
      if (waiting > 0 && suspectedAt === this.#moves) return waiting;
      suspectedAt = waiting > 0 ? this.#moves : undefined;
    }
    return undefined;
  }

  /** A broker that does not answer is away, and that is waited for elsewhere. */
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

/** False where the signal aborts first. */
function passed(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false);
}

/** The lag of the partitions that a member holds, and of those that no member holds; 0 where the stream does not count. */
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
