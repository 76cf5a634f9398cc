const windowMs = 10_000;
const stepMs = 250;

/** Things per second over the last ten seconds: what goes on now, not what went on all the time. */
export class RateMeter {
  /** How many there were at a moment, oldest first; one for each step of the window, and the last one outside. */
  readonly #marks: { readonly at: number; readonly count: number }[];
  #count = 0;

  /** @param now milliseconds, of any clock that does not run back */
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
