import { setTimeout as sleep } from 'node:timers/promises';
import { atMost } from '../base/abort.js';
import { messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { PartitionProgress } from './progress.js';

/** Commits the position of one partition, as the member that the reader is at this moment: see `Assignment.end`. */
export type Commit = (partition: number, offset: bigint) => Promise<void>;

/** Whether a commit failed because another member may own the partition: then its offsets are not ours to commit. */
type IsLost = (error: unknown) => boolean;

const commitRetryMs = 200;
const pollMs = 20;
const failuresPerWarning = 50;

/**
 * What one member holds between two rebalances: the progress of its partitions and their commits. Ended by the next
 * rebalance; settling an older assignment's message then does nothing, and its message is delivered again.
 */
export class Assignment {
  readonly #progress = new Map<number, PartitionProgress>();
  readonly #committed = new Map<number, bigint>();
  readonly #confirmed = new Map<number, bigint>();
  readonly #log: Log;
  readonly #isLost: IsLost;
  #commit: Commit | undefined;
  #committing: Promise<void> | undefined;
  #state: 'open' | 'closing' | 'ended' = 'open';
  /** The number of messages that were handed out and are not settled. */
  #unsettled = 0;

  constructor(log: Log, isLost: IsLost) {
    this.#log = log;
    this.#isLost = isLost;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** What was committed during this assignment, by partition. */
  get confirmed(): ReadonlyMap<number, bigint> {
    return this.#confirmed;
  }

  /** Notes a message that waits for the reader. */
  track(partition: number, offset: bigint, commit: Commit): void {
    this.#commit = commit;
    let progress = this.#progress.get(partition);
    if (!progress) {
      this.#progress.set(partition, (progress = new PartitionProgress()));
      this.#committed.set(partition, offset);
    }
    progress.track(offset);
  }

  /** Notes that all messages before `end` have been tracked. */
  extend(partition: number, end: bigint): void {
    this.#progress.get(partition)?.extend(end);
    this.#commitSoon();
  }

  /** Says whether a message may still go to the reader, and if so, that it does. */
  handOut(): boolean {
    if (this.#state !== 'open') return false;
    this.#unsettled += 1;
    return true;
  }

  /** Once for each message handed out. */
  settle(partition: number, offset: bigint): void {
    this.#unsettled -= 1;
    if (this.ended) return;
    this.#progress.get(partition)?.settle(offset);
    this.#commitSoon();
  }

  /** Hands out no more; messages that were handed out may still be settled. */
  close(): void {
    if (this.#state === 'open') this.#state = 'closing';
  }

  /** From now on nothing is committed: with the next generation of the group the partitions may be another's. */
  end(): void {
    this.#state = 'ended';
  }

  /** Waits for `ms` at most until everything settled is committed and, with `all`, everything handed out is settled. */
  async flush(ms: number, all: boolean): Promise<boolean> {
    const deadline = Date.now() + ms;
    while (!this.ended && (this.#committing !== undefined || (all && this.#unsettled > 0))) {
      const left = deadline - Date.now();
      if (left <= 0) return false;
      await atMost(left, this.#committing ?? sleep(pollMs));
    }
    return true;
  }

  #commitSoon(): void {
    this.#committing ??= this.#commitAll();
  }

  /** One commit at a time; positions that move meanwhile are picked up by the next round. */
  async #commitAll(): Promise<void> {
    // Messages of one batch are settled in one go: commit once for all of them.
    await Promise.resolve();
    let failures = 0;
    try {
      for (let due = this.#due(); due !== undefined && !this.ended; due = this.#due()) {
        const error = await this.#commitOne(due);
        if (error === undefined) continue;
        if (failures++ % failuresPerWarning === 0) this.#log.warn(error);
        await sleep(commitRetryMs, undefined, { ref: false });
      }
    } finally {
      // In one step with the last `#due`: what is settled in between would not be committed.
      this.#committing = undefined;
    }
  }

  /** @returns why it has to be tried again */
  async #commitOne([partition, offset]: [number, bigint]): Promise<string | undefined> {
    try {
      await this.#commit?.(partition, offset);
      this.#committed.set(partition, offset);
      this.#confirmed.set(partition, offset);
      return undefined;
    } catch (error) {
      const reason = messageOf(error);
      if (!this.#isLost(error))
        return `offsets of partition ${partition} cannot be committed, trying again: ${reason}`;
      this.#log.debug(
        `commit of partition ${partition} refused, its messages will be delivered again: ${reason}`,
      );
      this.end();
      return undefined;
    }
  }

  #due(): [number, bigint] | undefined {
    for (const [partition, { position }] of this.#progress) {
      if (position !== undefined && position > (this.#committed.get(partition) ?? -1n))
        return [partition, position];
    }
    return undefined;
  }
}
