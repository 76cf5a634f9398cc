import type { Question } from '../core/answers/ask.js';
import type { Log } from '../core/base/log.js';
import { plural } from '../core/base/text.js';
import { predictionsIn, type FrameRecord } from '../core/frames/frame.js';

type Ranked = Pick<FrameRecord, 'top' | 'objects'>;

type Asked = Pick<Question, 'topK' | 'rank'>;

/** Counts the predictions of frames, to notice that `--top-k` asks for more than was stored. Too high a `--rank` is noticed before. */
export class StoredPredictions {
  readonly #asked: number | undefined;
  #frames = 0;
  #short = 0;
  #most = 0;

  constructor({ topK, rank }: Asked, frames: readonly Ranked[] = []) {
    this.#asked = rank !== undefined && rank === topK ? undefined : topK;
    for (const frame of frames) this.add(frame);
  }

  add(frame: Ranked): void {
    const stored = predictionsIn(frame);
    this.#frames++;
    this.#most = Math.max(this.#most, stored);
    if (stored < (this.#asked ?? 0)) this.#short++;
  }

  warn(log: Log): void {
    if (this.#short === 0) return;
    const most = `${plural(this.#most, 'prediction')} per frame ${this.#most === 1 ? 'is' : 'are'} stored`;
    const some = `${this.#short} of ${this.#frames} frames have fewer predictions`;
    const found = this.#short === this.#frames ? `only ${most}` : some;
    log.warn(`--top-k ${this.#asked ?? 0}: ${found}; "mvs consume --top-k" stores more`);
  }
}
