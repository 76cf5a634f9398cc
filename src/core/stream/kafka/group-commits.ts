import type { Admin } from 'kafkajs';
import { committedOffsets, fetchStarts, type Offsets } from './offsets.js';

/** A topic is not deleted and created again in less. */
const compareMs = 50;
/** How often a member compares that commits nothing. */
const idleCompareMs = 2_000;

interface Context {
  readonly admin: Admin;
  readonly topic: string;
}

/**
 * The commits that a group must have, as far as one member knows between two rebalances. The group loses them with its topic, whose
 * successor a late commit must not go into.
 */
export class GroupCommits {
  readonly #context: Context;
  readonly #group: string;
  /** Where the group stood when this member joined; undefined where the broker could not be asked. */
  #joinedAt: Promise<Offsets | undefined> = Promise.resolve(undefined);
  #partitions: readonly number[] = [];
  /** What this member has committed before the first message of a partition. */
  readonly #begun = new Map<number, bigint>();
  /** The group had its commits at this time, or later. */
  #comparedAt = Date.now();

  constructor(context: Context, group: string) {
    this.#context = context;
    this.#group = group;
  }

  /** To be called at once after joining: where the group stands before the log, kafkajs forgets that with its first fetch. */
  joined(partitions: readonly number[]): void {
    this.#partitions = partitions;
    this.#joinedAt = this.#committed().catch(() => undefined);
  }

  /** Where the group stood when this member joined. */
  async standing(): Promise<Offsets> {
    return (await this.#joinedAt) ?? this.#committed();
  }

  /** The member has committed where it begins to read a partition. */
  begun(partition: number, offset: bigint): void {
    this.#begun.set(partition, offset);
  }

  /** A commit has succeeded that was sent at this time: the group had the commits of this member then, or later. */
  committed(sentAt: number): void {
    this.#comparedAt = sentAt;
  }

  /** Whether neither a commit nor a comparison has succeeded for so long that one is due although there is nothing to commit. */
  get areIdle(): boolean {
    return Date.now() - this.#comparedAt >= idleCompareMs;
  }

  /**
   * Whether the group has lost what this member has committed or found when it joined. It does with the topic; and, as kafkajs resets it,
   * where retention has overtaken it, which does no harm and does not count.
   *
   * @param confirmed what this member has committed, by partition
   * @throws where the broker cannot be asked: then nothing may be committed
   */
  async areLost(confirmed: Offsets): Promise<boolean> {
    const now = Date.now();
    if (now - this.#comparedAt < compareMs) return false;
    const joinedAt = (await this.#joinedAt) ?? new Map<number, bigint>();
    // Commits that are under way now may or may not be in the answer.
    const held = [...joinedAt].filter(([partition]) => this.#partitions.includes(partition));
    const areLost = await this.#isAhead(new Map([...held, ...this.#begun, ...confirmed]));
    this.#comparedAt = now;
    return areLost;
  }

  /** Whether the group has committed less than expected, and retention is not the reason. */
  async #isAhead(expected: Offsets): Promise<boolean> {
    const { admin, topic } = this.#context;
    const committed = await this.#committed();
    const ahead = [...expected].filter(([partition, offset]) => (committed.get(partition) ?? -1n) < offset);
    if (ahead.length === 0) return false;
    const starts = await fetchStarts(admin, topic);
    return ahead.some(([partition, offset]) => (starts.get(partition) ?? 0n) <= offset);
  }

  #committed(): Promise<Offsets> {
    const { admin, topic } = this.#context;
    return committedOffsets(admin, topic, this.#group);
  }
}
