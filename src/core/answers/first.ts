/** Keeps the first `limit` items in the given order. Holds at most twice as many while items are added. */
export class First<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  #items: T[] = [];
  #count = 0;

  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  add(item: T): void {
    this.#count++;
    this.#items.push(item);
    if (this.#items.length >= 2 * this.#limit) this.#cut();
  }

  /** Sorted; equal items keep the order in which they were added. */
  get items(): readonly T[] {
    this.#cut();
    return this.#items;
  }

  /** The number of items that were added. */
  get count(): number {
    return this.#count;
  }

  #cut(): void {
    this.#items = this.#items.sort(this.#compare).slice(0, this.#limit);
  }
}
