import { MvsError } from '../../base/errors.js';
import type { Ends } from './offsets.js';

/** For so long, a leader that has just been elected may not know yet what is committed. */
const settleMs = 5_000;

/** What the broker has acknowledged to all publishers of a topic. A log only grows, until its topic is created again. */
export class TopicLog {
  /** Behind the last acknowledged message of each partition. */
  readonly #ends = new Map<number, bigint>();
  /** How often it has been found to be another one. */
  #generation = 0;

  get generation(): number {
    return this.#generation;
  }

  /** The lowest offset that messages sent from now on may get. */
  floorOf(partition: number): bigint {
    return this.#ends.get(partition) ?? 0n;
  }

  grow(partition: number, end: bigint): void {
    if (end > this.floorOf(partition)) this.#ends.set(partition, end);
  }

  startAnew(): void {
    this.#ends.clear();
    this.#generation += 1;
  }
}

/** What the broker has acknowledged to one publisher: where its last message lies in each partition. */
export class Acknowledged {
  readonly #topic: string;
  readonly #log: TopicLog;
  /** Behind the last message of each partition. */
  readonly #ends = new Map<number, bigint>();
  #generation: number;
  #messages = 0;
  #shortSince: number | undefined;

  constructor(topic: string, log: TopicLog) {
    this.#topic = topic;
    this.#log = log;
    this.#generation = log.generation;
  }

  /** To be asked before messages are sent: the lowest offset that they may get. */
  floorOf(partition: number): bigint {
    return this.#log.floorOf(partition);
  }

  /**
   * Notes an answer.
   * @param floor as it was when the messages were sent
   * @param baseOffset of the first of the messages; negative where the broker does not say
   * @throws MvsError TOPIC_RECREATED
   */
  note(partition: number, floor: bigint, baseOffset: string | undefined, messages: number): void {
    const offset = BigInt(baseOffset ?? -1);
    const isOther = offset >= 0n && offset < floor;
    if (isOther) this.#log.startAnew();
    this.mustBeTheSame(partition);
    if (offset >= 0n) {
      this.#ends.set(partition, offset + BigInt(messages));
      this.#log.grow(partition, offset + BigInt(messages));
    }
    this.#messages += messages;
  }

  /** @throws MvsError TOPIC_RECREATED where something was acknowledged: a partition only goes with its topic */
  mustBeEmpty(missing: number): void {
    if (this.#messages > 0) throw this.#lost(missing);
  }

  /** @throws MvsError TOPIC_RECREATED where this or another publisher has found that the topic is another one now */
  mustBeTheSame(partition: number): void {
    if (this.#generation === this.#log.generation) return;
    this.#generation = this.#log.generation;
    this.mustBeEmpty(partition);
  }

  /** Nothing is known of what is there now: what was seen before does not count. */
  unsure(): void {
    this.#shortSince = undefined;
  }

  /**
   * Compares what was acknowledged with what is there now.
   * @throws MvsError TOPIC_RECREATED, or retriable BROKER_UNAVAILABLE where it is too early to say
   */
  compare(ends: Ends): void {
    this.mustBeTheSame(0);
    const short = [...this.#ends].find(([partition, end]) => (ends.get(partition) ?? 0n) < end);
    if (!short) return;
    this.#shortSince ??= Date.now();
    if (Date.now() - this.#shortSince >= settleMs) throw this.#lost(short[0]);
    const what = `partition ${short[0]} of ${this.#topic} does not have all of its messages yet`;
    throw new MvsError('BROKER_UNAVAILABLE', what, { retriable: true });
  }

  /** Starts over, so that whoever goes on with this publisher can. */
  #lost(partition: number): MvsError {
    const messages = this.#messages;
    this.#ends.clear();
    [this.#messages, this.#shortSince] = [0, undefined];
    return new MvsError(
      'TOPIC_RECREATED',
      `the topic ${this.#topic} has lost messages that it had confirmed (seen in partition ${partition}; ${messages} were published): it was deleted and created again, or a replica that was not in sync became the leader`,
      {
        retriable: true,
        hint: 'Produce the same inputs again: frames that are stored are not stored twice.',
      },
    );
  }
}
