import { MvsError } from '../base/errors.js';

/** ffmpeg is never so far ahead of its own pipe. */
const maxWaiting = 100_000;

/**
 * The numbers of the frames that ffmpeg keeps, in their order: it prints them on its way to the pictures, which come
 * through another pipe. Of each it prints the time too, which the picture has to have: so none is taken for another.
 */
export class ChosenFrames {
  #numbers: number[] = [];
  #times: number[] = [];
  #last = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  /** How many numbers were printed. */
  count = 0;

  /** @param level at which it was printed: `extractArguments` says the number at `info`, and then the time at `verbose` */
  printed(level: string, value: number): void {
    if (level === 'info') {
      this.count += 1;
      this.#numbers.push(value);
      if (this.#numbers.length > maxWaiting) this.end();
      return;
    }
    // Later versions of ffmpeg ask for one more time, that of the end.
    if (this.#times.length < this.#numbers.length) this.#times.push(value);
    this.#wake?.();
  }

  /** Nothing more is printed. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The number of the next picture. @throws MvsError EXTRACTOR_FAILED where ffmpeg has not said which frame it is. */
  async next(milliseconds: number): Promise<number> {
    // It is on its way: ffmpeg wrote it before the picture.
    while (this.#times.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const [number = 0, time] = [this.#numbers.shift(), this.#times.shift()];
    const last = this.#last;
    this.#last = number;
    // What a file says of itself may look like a number: it does not ascend, or has no picture of its time.
    if (number > last && time === milliseconds) return number;
    const what = time === undefined ? 'no frame' : `frame ${number} at ${time} ms after frame ${last}`;
    throw new MvsError('EXTRACTOR_FAILED', `ffmpeg wrote a picture of ${milliseconds} ms, and named ${what}`);
  }
}
