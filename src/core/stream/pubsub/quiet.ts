/** What a member holds at the moment. */
interface Holder {
  readonly size: number;
}

/**
 * Whether a subscription holds no more messages. Pub/Sub cannot be asked; what can be known is that no member here holds a message,
 * and that requests for messages have come back empty for longer than a message stays with a member that died.
 * It does not see messages that another process holds and keeps extending.
 */
export class Quiet {
  readonly #members = new Set<Holder>();
  #quietMs = 0;
  /** The first and the last empty answer since there was anything else, by the clock of `performance`. */
  #empty: { readonly from: number; readonly to: number } | undefined;

  /** @param quietMs how long requests have to come back empty because of this member */
  join(member: Holder, quietMs: number): void {
    this.#members.add(member);
    this.#quietMs = Math.max(this.#quietMs, quietMs);
  }

  /** What the member held has been given back. */
  leave(member: Holder): void {
    this.#members.delete(member);
    this.broken();
  }

  /** A request for messages has been answered, and there were none. */
  empty(): void {
    const now = performance.now();
    this.#empty = { from: this.#empty?.from ?? now, to: now };
  }

  /** Messages came, or no answer did. */
  broken(): void {
    this.#empty = undefined;
  }

  /** @param since by the clock of `performance`: what was empty before then says nothing */
  isOver(since: number): boolean {
    if (this.#empty === undefined || this.#quietMs === 0) return false;
    for (const { size } of this.#members) if (size > 0) return false;
    return this.#empty.to - Math.max(this.#empty.from, since) >= this.#quietMs;
  }
}

/** Added because the service is not exact about deadlines, and a request may have been under way. */
const marginMs = 5_000;

/** @param deadlineMs after which the messages of a member that died are delivered again */
export function quietMsAfter(deadlineMs: number): number {
  return 2 * deadlineMs + marginMs;
}
