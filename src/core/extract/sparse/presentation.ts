/** Compares the numbers that the times give the frames with the order that their pictures have. */
export class Presentation {
  /** By number, from the first frame of the group on. */
  #places: (number | undefined)[] = [];
  #first = 0;

  /**
   * @param number of the next packet's frame
   * @param place of its picture within the group
   * @param begins whether it is the first of a group
   * @returns whether this frame has the same order among those of the group so far in both
   */
  fits(number: number, place: number, begins: boolean): boolean {
    if (begins) [this.#places, this.#first] = [[], number];
    const own = number - this.#first;
    while (this.#places.length <= own) this.#places.push(undefined);
    this.#places[own] = place;
    return (this.#next(own, -1) ?? -Infinity) < place && place < (this.#next(own, 1) ?? Infinity);
  }

  /** The place of the nearest frame before or behind a number. */
  #next(own: number, step: 1 | -1): number | undefined {
    let at = own + step;
    while (at >= 0 && at < this.#places.length && this.#places[at] === undefined) at += step;
    return this.#places[at];
  }
}
