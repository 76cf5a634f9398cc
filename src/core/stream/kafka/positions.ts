import type { Admin, EachBatchPayload } from 'kafkajs';
import type { Log } from '../../base/log.js';
import type { SubscribeOptions } from '../port.js';
import { fetchedOffsetOf } from './internals/fetched-offset.js';
import { GroupCommits } from './group-commits.js';
import { lowestOffset, type Offsets } from './offsets.js';

type Batch = EachBatchPayload['batch'];

export interface PositionsContext {
  readonly admin: Admin;
  readonly topic: string;
  readonly log: Log;
}

/** What to do with a batch: read it, read the partition again from another offset, or all of it as a new member. */
export type Verdict = 'read' | 'start over' | { readonly seek: bigint };

/**
 * The positions of one member in its partitions, between two rebalances: notices what kafkajs passes over in silence, which is messages
 * that retention has deleted, and a topic that was deleted and created again.
 */
export class Positions {
  readonly #context: PositionsContext;
  readonly #options: Pick<SubscribeOptions, 'group' | 'onExpired'>;
  /** The offset that has to come next, by partition. */
  readonly #next = new Map<number, bigint>();
  readonly #known: Map<number, bigint>;
  /** From where a partition was read again because a batch began behind it. */
  readonly #soughtFrom = new Map<number, bigint>();
  readonly commits: GroupCommits;

  /** @param known where the group stood last, by partition */
  constructor(
    context: PositionsContext,
    options: Pick<SubscribeOptions, 'group' | 'onExpired'>,
    known: Map<number, bigint>,
  ) {
    this.#context = context;
    this.#options = options;
    this.#known = known;
    this.commits = new GroupCommits(context, options.group);
  }

  /**
   * @param confirmed what this member has committed, by partition
   * @param commit commits an offset of the batch's partition
   */
  async judge(batch: Batch, confirmed: Offsets, commit: (offset: bigint) => Promise<void>): Promise<Verdict> {
    const { partition } = batch;
    const from = BigInt(batch.firstOffset() ?? 0);
    for (const [each, offset] of confirmed) this.#known.set(each, offset);
    const next = this.#next.get(partition);
    if (next === undefined) return this.#begin(batch, from, commit);
    // A log that begins anew. One that has grown beyond this position since is noticed before the next commit.
    if (from < next) return 'start over';
    if (await this.#passesOver(batch, next)) return { seek: next };
    await this.#noteGap(partition, next, from);
    this.#next.set(partition, from);
    return 'read';
  }

  /** Notes that all messages of a partition before `next` have been handed on. */
  passed(partition: number, next: bigint): void {
    this.#next.set(partition, next);
  }

  /**
   * A batch that was fetched before a rebalance and handed over after it may lie beyond messages that are not settled;
   * committing it would lose them. So an assignment begins where the group stands: if its first batch begins later,
   * the partition is read again from there, once. (It begins later too where control records were skipped.)
   *
   * A group that has committed nothing commits where it begins: without that, it could not notice that it loses its commits with the topic.
   */
  async #begin(batch: Batch, from: bigint, commit: (offset: bigint) => Promise<void>): Promise<Verdict> {
    const { admin, topic, log } = this.#context;
    const { partition } = batch;
    const committed = (await this.commits.standing()).get(partition);
    const start = committed ?? (await lowestOffset(admin, topic, partition));
    if (committed === undefined) {
      await commit(start);
      this.commits.begun(partition, start);
    }
    const stood = committed ?? this.#known.get(partition) ?? 0n;
    if (fetchedOffsetOf(batch) > start) {
      this.#next.set(partition, stood);
      return { seek: start };
    }
    if (from < start) {
      log.warn(
        `partition ${partition} of ${topic} ends before the offset ${start} of the group: the topic was created again, and is read from its beginning`,
      );
    } else {
      await this.#noteGap(partition, stood, from);
    }
    this.#next.set(partition, from);
    return 'read';
  }

  /**
   * Whether a batch was asked for behind the next offset, which is still there: by a fetch from another broker, before the partition began
   * anew or moved. Once for each offset: kafkajs itself passes over batches of control records.
   */
  async #passesOver(batch: Batch, next: bigint): Promise<boolean> {
    const { admin, topic } = this.#context;
    const { partition } = batch;
    if (fetchedOffsetOf(batch) <= next || this.#soughtFrom.get(partition) === next) return false;
    if ((await lowestOffset(admin, topic, partition)) > next) return false;
    this.#soughtFrom.set(partition, next);
    return true;
  }

  /** Offsets that are missing are those of transactions, or compacted, where the log begins before them. */
  async #noteGap(partition: number, next: bigint, from: bigint): Promise<void> {
    const { admin, topic } = this.#context;
    if (from <= next) return;
    const low = await lowestOffset(admin, topic, partition);
    const to = low < from ? low : from;
    if (to > next) this.#options.onExpired?.({ partition, from: next, to });
  }
}
