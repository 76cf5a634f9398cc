import { MvsError } from '../base/errors.js';
import type { ExtractionTotals } from './extract.js';
import type { FrameListWriter } from '../frames/frame-list.js';
import { maxFrames, type Frame, type Sampling } from '../frames/frame.js';
import { map } from '../base/map-generator.js';

/** The frames of a source and, after the last one, its totals. */
export class Extraction {
  readonly #run: AsyncGenerator<Omit<Frame, keyof Sampling>, ExtractionTotals, void>;
  readonly #list: FrameListWriter | undefined;
  #totals: ExtractionTotals | undefined;

  /** @param list takes the numbers of the frames, where only a list can say which there were */
  constructor(
    run: AsyncGenerator<Omit<Frame, keyof Sampling>, ExtractionTotals, void>,
    list: FrameListWriter | undefined,
  ) {
    this.#run = run;
    this.#list = list;
  }

  /** @throws MvsError SOURCE_TOO_LARGE at a frame, or a total, that readers of its messages would refuse */
  async *frames(sampling: Sampling): AsyncGenerator<Frame, void, void> {
    this.#totals = yield* map(this.#run, (frame) => {
      mustBeCountable(frame.frame);
      this.#list?.add(frame.frame);
      return { ...frame, ...sampling };
    });
    mustBeCountable(this.#totals.framesDecoded);
  }

  /** Which frames there were, where only a list can say. */
  get frameList(): string | undefined {
    return this.#list?.text;
  }

  get totals(): ExtractionTotals {
    if (!this.#totals) throw new MvsError('BUG', 'the totals were asked for before the last frame');
    return this.#totals;
  }
}

function mustBeCountable(frames: number): void {
  if (frames <= maxFrames) return;
  throw new MvsError('SOURCE_TOO_LARGE', `the video has more than ${maxFrames} frames`, {
    hint: 'Split it into shorter videos.',
  });
}
