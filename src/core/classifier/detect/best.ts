import type { Found } from './candidate.js';

/** A candidate whose box is given by its number. */
export interface Numbered {
  readonly classIndex: number;
  readonly score: number;
  readonly box: number;
}

/**
 * The most candidates of a picture that are compared with each other, those of the best scores: ten for each object that a `model.yaml` can
 * ask for. With a usual threshold, a trained network has hundreds; with a low one, there is a candidate for each class at each place.
 */
export const mostCandidates = 10_000;

/** Keeps the best candidates of a picture; of equal scores, those that were added first. It is used again for the next picture. */
export class BestCandidates {
  readonly #most: number;
  readonly #scores: Float64Array;
  readonly #classes: Float64Array;
  readonly #boxes: Uint32Array;
  #count = 0;
  /** Candidates that are not better are left out. */
  #above = -Infinity;

  constructor(most = mostCandidates) {
    this.#most = most;
    // Twice as many, so that each selection leaves out as many as it keeps.
    this.#scores = new Float64Array(2 * most);
    this.#classes = new Float64Array(2 * most);
    this.#boxes = new Uint32Array(2 * most);
  }

  clear(): void {
    this.#count = 0;
    this.#above = -Infinity;
  }

  /** False if no candidate of this score is kept. */
  takes(score: number): boolean {
    return score > this.#above;
  }

  readonly add: Found = (classIndex, score, box) => {
    if (!this.takes(score)) return;
    this.#put(this.#count++, classIndex, score, box);
    if (this.#count === this.#scores.length) this.#select();
  };

  /** Best first; of equal scores, those that were added first. */
  *bestFirst(): Generator<Numbered> {
    if (this.#count > this.#most) this.#select();
    const scores = this.#scores;
    const scoreAt = (at: number) => scores[at] ?? 0;
    const order = Uint32Array.from({ length: this.#count }, (_, at) => at);
    order.sort((a, b) => scoreAt(b) - scoreAt(a) || a - b);
    for (const at of order) {
      yield { classIndex: this.#classes[at] ?? 0, score: scoreAt(at), box: this.#boxes[at] ?? 0 };
    }
  }

  #put(at: number, classIndex: number, score: number, box: number): void {
    this.#scores[at] = score;
    this.#classes[at] = classIndex;
    this.#boxes[at] = box;
  }

  /** Keeps the best ones, in their order. */
  #select(): void {
    const ascending = this.#scores.slice(0, this.#count).sort();
    const first = this.#count - this.#most;
    this.#above = ascending[first] ?? 0;
    // Of those that equal the last one, as many as there are among the best.
    let equal = ascending.lastIndexOf(this.#above) + 1 - first;
    let kept = 0;
    for (let at = 0; at < this.#count; at++) {
      const score = this.#scores[at] ?? 0;
      if (score < this.#above || (score === this.#above && equal-- <= 0)) continue;
      this.#put(kept++, this.#classes[at] ?? 0, score, this.#boxes[at] ?? 0);
    }
    this.#count = kept;
  }
}
