import { maxFrames } from '../frames/frame.js';
import type { ExtractedFrame, Frames } from './extract.js';
import type { ExtractionTotals } from './totals.js';

/** Numbers and times of the frames of a live source, continued over its connections. */
export class Numbering {
  framesExtracted = 0;
  /** The number of the last frame. */
  #frame = 0;
  /** The number of the last frame before this connection; `time` plus `#offset` is the time since the first frame. */
  #base = 0;
  #time = 0;
  #firstAt: number | undefined;
  #offset: number | undefined = 0;

  /**
   * The frames of one connection, numbered; returns its totals, or `full` if the video can take no more frames. A layer of its own
   * because each connection has an ffmpeg, which ends with it.
   */
  async *of(
    connection: Frames,
    isFull: () => boolean,
  ): AsyncGenerator<ExtractedFrame, ExtractionTotals | 'full', void> {
    this.connect();
    try {
      for (;;) {
        const next = await connection.next();
        if (next.done === true) return next.value;
        const frame = this.place(next.value);
        if (!frame) return 'full';
        yield frame;
        if (isFull()) return 'full';
      }
    } finally {
      await connection.return(undefined as never);
    }
  }

  connect(): void {
    // Continues behind the last extracted frame: with --every its number is a multiple, and so are the following ones.
    this.#base = this.#frame;
    this.#offset = this.framesExtracted === 0 ? 0 : undefined;
  }

  /** Numbers a frame; undefined if its number is higher than readers of the video accept. */
  place({ frame, time, jpeg }: ExtractedFrame): ExtractedFrame | undefined {
    if (this.#base + frame > maxFrames) return undefined;
    const now = performance.now() / 1000;
    this.#firstAt ??= now - time;
    // A source that first sends its past is ahead of the clock: times never run back.
    this.#offset ??= Math.max(now - this.#firstAt, this.#time + 0.001) - time;
    this.#time = Math.round((time + this.#offset) * 1000) / 1000;
    this.#frame = this.#base + frame;
    this.framesExtracted += 1;
    return { frame: this.#frame, time: this.#time, jpeg };
  }

  /**
   * A stream that is joined in the middle always has decoding errors at its start, so these alone are not damage.
   * @param decoded the frames decoded in this connection, if known
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
