import { shardEnd } from './leases.js';

/**
 * Numbers what a reader reads of a shard from 0, because an assignment counts in steps of one, and sequence numbers have gaps. Each record
 * has a place, and one more place behind the next free one stands for the end of the shard.
 */
export class ShardPlaces {
  /** Sequence numbers that may still become a checkpoint, by the place behind their record. */
  readonly #numbers = new Map<bigint, string>();
  #next = 0n;

  /** Nothing has been read. */
  get isEmpty(): boolean {
    return this.#next === 0n;
  }

  /** To be settled before: when all records are, and no more can come. */
  get end(): bigint {
    return this.#next + 1n;
  }

  /** @returns the place of the record with this sequence number, which comes after all others so far */
  add(sequenceNumber: string): bigint {
    const place = this.#next;
    this.#next += 1n;
    this.#numbers.set(this.#next, sequenceNumber);
    return place;
  }

  /** The checkpoint that settles all that comes before a place; undefined where nothing does. */
  checkpointFor(before: bigint): string | undefined {
    return before > this.#next ? shardEnd : this.#numbers.get(before);
  }

  /** All before this place is settled. */
  forget(before: bigint): void {
    for (const place of this.#numbers.keys()) {
      if (place >= before) break;
      this.#numbers.delete(place);
    }
  }
}
