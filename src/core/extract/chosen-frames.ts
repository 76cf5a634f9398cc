import { MvsError } from '../base/errors.js';

/** ffmpeg is never this far ahead of its own pipe. */
const maxWaiting = 100_000;

/**
 * The numbers of the frames that ffmpeg keeps, in order. ffmpeg prints them to stderr, and writes the pictures to stdout. It also
 * prints the time of each frame, which must be that of the picture, so that a number never goes to another picture.
 */
export class ChosenFrames {
  #numbers: number[] = [];
  #times: number[] = [];
  #last = 0;
  #ended = false;
  #wake: (() => void) | undefined;
  /** How many numbers were printed. */
  count = 0;

  /** @param level the log level: `extractArguments` prints the number at `info`, and then the time at `verbose` */
  printed(level: string, value: number): void {
    if (level === 'info') {
      this.count += 1;
      this.#numbers.push(value);
      if (this.#numbers.length > maxWaiting) this.end();
      return;
    }
    // Later versions of ffmpeg print one more time, that of the end.
    if (this.#times.length < this.#numbers.length) this.#times.push(value);
    this.#wake?.();
  }

  /** Nothing more is printed. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The number of the next picture. @throws MvsError EXTRACTOR_FAILED if ffmpeg has not printed a matching one. */
  async next(milliseconds: number): Promise<number> {
    // It will arrive: ffmpeg writes it before the picture.
    while (this.#times.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const [number = 0, time] = [this.#numbers.shift(), this.#times.shift()];
    const last = this.#last;
    this.#last = number;
    // Metadata of a file may look like a printed number; such a number does not ascend, or its time is not that of a picture.
    if (number > last && time === milliseconds) return number;
    const log = time === undefined ? 'no frame' : `frame ${number} at ${time} ms, after frame ${last}`;
    throw new MvsError(
      'EXTRACTOR_FAILED',
      `ffmpeg's frame log does not match its output (picture at ${milliseconds} ms, log: ${log})`,
    );
  }
}
