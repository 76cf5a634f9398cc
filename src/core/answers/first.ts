/** Keeps the first so many of what comes, in an order of its own; twice as many at most while they come. */
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

  /** In order; what is equal stays as it came. */
  get items(): readonly T[] {
    this.#cut();
    return this.#items;
  }

  /** How many came. */
  get count(): number {
    return this.#count;
  }

  #cut(): void {
    this.#items = this.#items.sort(this.#compare).slice(0, this.#limit);
  }
}
