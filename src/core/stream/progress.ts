/**
 * Which offsets of one partition are done, during one assignment of it.
 * The committable position is the first offset that is not settled: everything before it is safe, whatever the order
 * in which messages were settled.
 */
export class PartitionProgress {
  /** Unsettled offsets and settled ones behind them, ascending: false until settled. */
  readonly #open = new Map<bigint, boolean>();
  #position: bigint | undefined;
  #highest = -1n;
  #end = -1n;

  /**
   * Notes a message handed out. Offsets ascend, with gaps where the log has been compacted; a lower one means that the
   * client reads again from there, and what lies behind it has to be settled again.
   */
  track(offset: bigint): void {
    if (offset <= this.#highest) {
      this.#open.clear();
      this.#position = offset;
    }
    this.#open.set(offset, false);
    this.#highest = offset;
    this.#position ??= offset;
  }

  /** Notes that a message is done with for good. */
  settle(offset: bigint): void {
    if (!this.#open.has(offset)) return;
    this.#open.set(offset, true);
    for (const [first, settled] of this.#open) {
      if (!settled) {
        this.#position = first;
        return;
      }
      this.#open.delete(first);
      this.#position = first + 1n;
    }
    this.extend(this.#end);
  }

  /** Notes that no message lies before `end` but those handed out: there may be control records at the end of a batch. */
  extend(end: bigint): void {
    this.#end = end;
    if (this.#open.size === 0 && this.#position !== undefined && end > this.#position) this.#position = end;
  }

  /** The offset to commit: the next one to read after a restart. Undefined before the first message. */
  get position(): bigint | undefined {
    return this.#position;
  }
}
