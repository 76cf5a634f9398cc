import { randomInt } from 'node:crypto';

/** Numbers that look random and come again with the same seed (mulberry32, public domain). */
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.between(0, items.length - 1)] ?? items[0];
  }

  /** Some of them, in random order. */
  some<T>(count: number, items: readonly T[]): T[] {
    const drawn = items.map((item) => ({ item, lot: this.next() })).sort((a, b) => a.lot - b.lot);
    return drawn.slice(0, count).map(({ item }) => item);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }
}

/** @param variable which replays a run when it holds its seed */
export function seedOfRun(variable: string): number {
  const given = process.env[variable];
  return given === undefined || given === '' ? randomInt(2 ** 31) : Number(given);
}
