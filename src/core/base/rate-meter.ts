const windowMs = 10_000;
const stepMs = 250;

/** Items per second over the last ten seconds, rather than since the start. */
export class RateMeter {
  /** Counts at points in time, oldest first: one for each step of the window, and the last one before it. */
  readonly #marks: { readonly at: number; readonly count: number }[];
  #count = 0;

  /** @param now milliseconds of any monotonic clock */
  constructor(now: number) {
    this.#marks = [{ at: now, count: 0 }];
  }

  add(count: number, now: number): void {
    this.#count += count;
    const last = this.#marks.at(-1);
    if (!last || now - last.at < stepMs) return;
    this.#marks.push({ at: now, count: this.#count });
    while ((this.#marks[1]?.at ?? now) < now - windowMs) this.#marks.shift();
  }

  perSecond(now: number): number {
    const from = this.#marks.findLast(({ at }) => at <= now - windowMs) ?? this.#marks[0];
    const seconds = from ? (now - from.at) / 1000 : 0;
    return from && seconds > 0 ? (this.#count - from.count) / seconds : 0;
  }
}
