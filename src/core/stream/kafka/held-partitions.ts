import type { EachBatchPayload } from 'kafkajs';
import { Assignment, type Commit } from '../assignment.js';
import type { SubscribeOptions } from '../port.js';
import { typeOf } from './client.js';
import { isLost, notHeldAnyMore } from './ownership.js';
import { Positions, type PositionsContext, type Verdict } from './positions.js';
import { committedOffsets } from './offsets.js';

/** What a member holds between two rebalances: what it has to settle, and how far it has read. */
export interface Held {
  readonly assignment: Assignment;
  readonly positions: Positions;
}

/** The partitions of one member. Each rebalance ends what it holds and begins anew; so does a topic that is created again. */
export class HeldPartitions {
  readonly #context: PositionsContext;
  readonly #options: Pick<SubscribeOptions, 'group' | 'onExpired'>;
  readonly #joinAgain: () => void;
  /** Where the group stood last, by partition, as far as this member knows. */
  readonly #known = new Map<number, bigint>();
  #current: Held;
  #partitions: readonly number[] = [];
  #comparing = false;

  /** @param joinAgain leaves the group and joins it, which leads to `rebalanced` */
  constructor(
    context: PositionsContext,
    options: Pick<SubscribeOptions, 'group' | 'onExpired'>,
    joinAgain: () => void,
  ) {
    this.#context = context;
    this.#options = options;
    this.#joinAgain = joinAgain;
    this.#current = this.#nothing();
  }

  get partitions(): readonly number[] {
    return this.#partitions;
  }

  get current(): Held {
    return this.#current;
  }

  /** Finds out where the group stands before this member joins. */
  async prepare(): Promise<void> {
    const { admin, topic } = this.#context;
    // Without an answer, as while a coordinator is being elected, only what has expired may be counted too low.
    const standing = await committedOffsets(admin, topic, this.#options.group).catch(() => []);
    for (const [partition, offset] of standing) this.#known.set(partition, offset);
  }

  /** The member has joined, or the group has rebalanced: other members may hold what this one held. */
  rebalanced(memberId: string, partitions: readonly number[]): void {
    this.#current.assignment.end();
    this.#current = this.#nothing();
    this.#current.positions.commits.joined(partitions);
    this.#partitions = partitions;
    this.#context.log.debug(`${memberId} holds partitions ${partitions.join(', ') || 'none'}`);
  }

  /** Continues at the group's committed position: what was held is lost with the old topic. */
  startOver({ assignment }: Pick<Held, 'assignment'>): void {
    if (assignment.ended) return;
    assignment.end();
    const { topic, log } = this.#context;
    log.warn(`the topic ${topic} was deleted or created again: continuing at the group's committed position`);
    this.#joinAgain();
  }

  /** What to do with a batch that has arrived. */
  judge(payload: EachBatchPayload, { assignment, positions }: Held): Promise<Verdict> {
    const { batch } = payload;
    return positions.judge(batch, assignment.confirmed, async (offset) => {
      if (!assignment.ended) await commitAs(payload, batch.partition, offset);
    });
  }

  /** How to commit while `held` is held. */
  commitBy(payload: EachBatchPayload, held: Held): Commit {
    const { assignment, positions } = held;
    return async (partition, offset) => {
      if (await positions.commits.areLost(assignment.confirmed)) {
        this.startOver(held);
        throw notHeldAnyMore('the topic was created again');
      }
      // The answer took until the member had joined again: kafkajs would commit in the new generation what may be another member's.
      if (assignment.ended) throw notHeldAnyMore('the group has rebalanced');
      const sentAt = Date.now();
      await commitAs(payload, partition, offset);
      positions.commits.committed(sentAt);
    };
  }

  /**
   * To be called after each fetch. A log that is created again, and ends where this member has read to, brings no batch and leads to no
   * commit: only this comparison finds it.
   */
  compareIfIdle(): void {
    const held = this.#current;
    const { commits } = held.positions;
    if (this.#comparing || !commits.areIdle) return;
    this.#comparing = true;
    commits
      .areLost(held.assignment.confirmed)
      .then((areLost) => {
        if (areLost) this.startOver(held);
      })
      // Without an answer it is asked again after the next fetch.
      .catch(() => undefined)
      .finally(() => {
        this.#comparing = false;
      });
  }

  #nothing(): Held {
    return {
      assignment: new Assignment(this.#context.log, this.#isLost),
      positions: new Positions(this.#context, this.#options, this.#known),
    };
  }

  /** A topic that is deleted takes the commits of its groups with it; one of the old topic must not go into the new one. */
  readonly #isLost = (error: unknown): boolean => {
    const isGone = typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
    if (isGone) this.startOver(this.#current);
    return isGone || isLost(error);
  };
}

/** By the batch, as kafkajs then commits as the member that has fetched it. */
function commitAs(payload: EachBatchPayload, partition: number, offset: bigint): Promise<void> {
  return payload.commitOffsetsIfNecessary({
    topics: [{ topic: payload.batch.topic, partitions: [{ partition, offset: String(offset) }] }],
  });
}
