import { MvsError } from '../../base/errors.js';
import type { Ends } from './topics.js';

/** Of a leader that has just been elected, and does not know yet what is committed. */
const settleMs = 5_000;

/** What the broker has acknowledged to one publisher: where its last message lies in each partition. */
export class Acknowledged {
  readonly #topic: string;
  /** Behind the last message of each partition. */
  readonly #ends = new Map<number, bigint>();
  #messages = 0;
  #shortSince: number | undefined;

  constructor(topic: string) {
    this.#topic = topic;
  }

  /**
   * Notes an answer. A log only grows, so that a message cannot lie before one that was acknowledged earlier.
   * @param baseOffset of the first of the messages; negative where the broker does not say
   * @throws MvsError TOPIC_RECREATED
   */
  note(partition: number, baseOffset: string | undefined, messages: number): void {
    const offset = BigInt(baseOffset ?? -1);
    if (offset >= 0n && offset < (this.#ends.get(partition) ?? 0n)) throw this.#lost(partition);
    if (offset >= 0n) this.#ends.set(partition, offset + BigInt(messages));
    this.#messages += messages;
  }

  /** @throws MvsError TOPIC_RECREATED where something was acknowledged: a partition only goes with its topic */
  mustBeEmpty(missing: number): void {
    if (this.#messages > 0) throw this.#lost(missing);
  }

  /**
   * Compares what was acknowledged with what is there now.
   * @throws MvsError TOPIC_RECREATED, or retriable BROKER_UNAVAILABLE where it is too early to say
   */
  compare(ends: Ends): void {
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
