import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.js';
import { typeOf } from './client.js';
import { PartitionProgress } from './progress.js';

/** Commits the position of one partition, within the generation of the group in which it was obtained. */
export type Commit = (partition: number, offset: bigint) => Promise<void>;

/** The group has moved on: another member may own the partition, so these offsets are not ours to commit. */
const lostOwnership = new Set([
  'REBALANCE_IN_PROGRESS',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]);
const commitRetryMs = 200;

/**
 * What one member holds between two rebalances: the progress of its partitions and their commits. Ended by the next
 * rebalance; settling an older assignment's message then does nothing, and its message is delivered again.
 */
export class Assignment {
  readonly #progress = new Map<number, PartitionProgress>();
  readonly #committed = new Map<number, bigint>();
  readonly #log: Log;
  #commit: Commit | undefined;
  #committing: Promise<void> | undefined;
  #ended = false;

  constructor(log: Log) {
    this.#log = log;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** True for the first message of a partition in this assignment. */
  isNew(partition: number): boolean {
    return !this.#progress.has(partition);
  }

  end(): void {
    this.#ended = true;
  }

  track(partition: number, offset: bigint, commit: Commit): void {
    this.#commit = commit;
    let progress = this.#progress.get(partition);
    if (!progress) {
      this.#progress.set(partition, (progress = new PartitionProgress()));
      this.#committed.set(partition, offset);
    }
    progress.track(offset);
  }

  settle(partition: number, offset: bigint): void {
    if (this.#ended) return;
    this.#progress.get(partition)?.settle(offset);
    this.#committing ??= this.#commitAll().finally(() => {
      this.#committing = undefined;
    });
  }

  /** Waits until everything settled is committed and, with `all`, everything handed out is settled. */
  async flush(deadline: number, all: boolean): Promise<void> {
    while (
      !this.#ended &&
      Date.now() < deadline &&
      (this.#committing !== undefined || (all && !this.#idle()))
    ) {
      // A timer that outlives the race must not keep the process from ending.
      const late = sleep(Math.max(0, deadline - Date.now()), undefined, { ref: false });
      await Promise.race([this.#committing ?? sleep(20), late]);
    }
  }

  #idle(): boolean {
    return [...this.#progress.values()].every((progress) => progress.idle);
  }

  /** One commit at a time; positions that move meanwhile are picked up by the next round. */
  async #commitAll(): Promise<void> {
    // Messages of one batch are settled in one go: commit once for all of them.
    await Promise.resolve();
    for (let due = this.#due(); due !== undefined && !this.#ended; due = this.#due()) {
      const [partition, offset] = due;
      try {
        await this.#commit?.(partition, offset);
        this.#committed.set(partition, offset);
      } catch (error) {
        const type = typeOf(error);
        if (type !== undefined && lostOwnership.has(type)) {
          this.#log.debug(`commit of partition ${partition} refused (${type}): its messages come again`);
          this.end();
          return;
        }
        this.#log.debug(`commit of partition ${partition} failed, trying again: ${String(error)}`);
        await sleep(commitRetryMs);
      }
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
