import { RateMeter } from '../base/rate-meter.js';

/** How fast a lag has changed over the last ten seconds. */
export interface Pace {
  readonly settledPerSecond: number;
  readonly publishedPerSecond: number;
  /** At this pace; null if the lag does not shrink. */
  readonly secondsToDrain: number | null;
}

export interface Reading {
  readonly total: number;
  /** The sum of all log-end offsets. */
  readonly end: number;
}

/** The rates of a group and its producers. */
export class Meters {
  readonly #settled: RateMeter;
  readonly #published: RateMeter;
  #last: Reading;

  constructor(first: Reading, now: number) {
    this.#last = first;
    this.#settled = new RateMeter(now);
    this.#published = new RateMeter(now);
  }

  read(reading: Reading, now: number): Pace {
    const { total } = reading;
    const published = reading.end - this.#last.end;
    this.#published.add(published, now);
    this.#settled.add(published - (total - this.#last.total), now);
    this.#last = reading;
    const [settling, publishing] = [this.#settled.perSecond(now), this.#published.perSecond(now)];
    return {
      settledPerSecond: tenths(settling),
      publishedPerSecond: tenths(publishing),
      secondsToDrain:
        total === 0 ? 0 : settling > publishing ? tenths(total / (settling - publishing)) : null,
    };
  }
}

export function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
