/** Consecutive frames of a list: if 3, 6, 9 and 12 are all missing, they are one run from 3 to 12. */
export interface FrameRun {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Bounds memory: a video may lack every second frame of millions. */
const maxRuns = 1000;

/** Collects frames in ascending order, and keeps the first runs of them. */
export class FrameRuns {
  readonly #runs: FrameRun[] = [];
  #open: FrameRun | undefined;
  #count = 0;

  add(frame: number): void {
    this.#count++;
    const { from, count } = this.#open ?? { from: frame, count: 0 };
    this.#open = { from, to: frame, count: count + 1 };
  }

  /** The next frame begins another run. */
  end(): void {
    if (this.#open && this.#runs.length < maxRuns) this.#runs.push(this.#open);
    this.#open = undefined;
  }

  /** The number of all frames. */
  get count(): number {
    return this.#count;
  }

  /** The first runs that have ended. */
  get runs(): readonly FrameRun[] {
    return this.#runs;
  }
}
