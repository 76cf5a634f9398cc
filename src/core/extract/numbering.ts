import type { ExtractedFrame, ExtractionTotals } from './extract.js';
import { maxFrames } from '../frames/frame.js';

/** Numbers and times of the frames of all connections to a live source together. */
export class Numbering {
  framesExtracted = 0;
  /** The number of the last frame, and what was decoded before this connection as far as it counts. */
  #frame = 0;
  #base = 0;
  #time = 0;
  #firstAt: number | undefined;
  #offset: number | undefined = 0;

  connect(): void {
    // Behind the last frame that was kept: with --every its number is a multiple, and those that follow are too.
    this.#base = this.#frame;
    this.#offset = this.framesExtracted === 0 ? 0 : undefined;
  }

  /** The frame among all; undefined where its number is higher than readers of its video would believe. */
  place({ frame, time, jpeg }: ExtractedFrame): ExtractedFrame | undefined {
    if (this.#base + frame > maxFrames) return undefined;
    const now = performance.now() / 1000;
    this.#firstAt ??= now - time;
    // A source that sends its past first is ahead of the clock: times never run back.
    this.#offset ??= Math.max(now - this.#firstAt, this.#time + 0.001) - time;
    this.#time = Math.round((time + this.#offset) * 1000) / 1000;
    this.#frame = this.#base + frame;
    this.framesExtracted += 1;
    return { frame: this.#frame, time: this.#time, jpeg };
  }

  /**
   * What one joins in the middle never decodes without complaint, so that alone is no damage.
   * @param decoded by this connection, where that is known
   */
  totals(decoded?: number, problems: readonly string[] = []): ExtractionTotals {
    const framesDecoded = decoded === undefined ? this.#frame : this.#base + decoded;
    return {
      framesDecoded: Math.min(framesDecoded, maxFrames),
      framesExtracted: this.framesExtracted,
      damaged: problems.length > 0,
      problems,
    };
  }
}
