import { MvsError } from '../../base/errors.js';
import { quoted } from '../../base/text.js';
import type { ExtractedFrame } from '../extracted.js';

type Placed = Pick<ExtractedFrame, 'frame' | 'time'>;

/** The frames that came out before it showed that all have to be decoded. */
export class Yielded {
  readonly #input: string;
  readonly #times = new Map<number, number>();
  #last = 0;
  #seen = 0;

  constructor(input: string) {
    this.#input = input;
  }

  get count(): number {
    return this.#times.size;
  }

  add({ frame, time }: Placed): void {
    this.#times.set(frame, time);
    this.#last = frame;
  }

  /**
   * Whether the decoder of all frames need not yield this one again. Asked for each of its frames, in order.
   * @throws MvsError EXTRACTOR_FAILED if it gives frames that came out other numbers: a picture that was skipped cannot be decoded
   */
  covers({ frame, time }: Placed): boolean {
    if (frame > this.#last) {
      this.mustHaveBeenSeen();
      return false;
    }
    const known = this.#times.get(frame);
    if (known !== undefined && known !== time) throw this.#otherNumbers();
    if (known !== undefined) this.#seen += 1;
    return true;
  }

  /** @throws MvsError EXTRACTOR_FAILED if the decoder of all frames has not come to each of them */
  mustHaveBeenSeen(): void {
    if (this.#seen < this.#times.size) throw this.#otherNumbers();
  }

  #otherNumbers(): MvsError {
    const message = `${quoted(this.#input)} is damaged in a part that was skipped, so its frames cannot be numbered`;
    return new MvsError('EXTRACTOR_FAILED', message, {
      hint: 'Remove the results of this video with "mvs videos:delete", repair the file (for example with ffmpeg), and produce it again.',
    });
  }
}
