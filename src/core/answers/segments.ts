import type { GlimpsedFrame } from '../store/port.js';

/** Consecutive frames with the same label. */
export interface Segment {
  readonly label: string;
  readonly frames: number;
  readonly meanConfidence: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

type Open = { -readonly [K in keyof Segment]: Segment[K] };

/**
 * Cuts a video into segments in one pass and keeps the longest, because a video of a million frames may have a million segments.
 * @param accepts a frame that is not accepted ends a segment and begins none
 */
export class Segments {
  readonly #limit: number;
  readonly #accepts: (frame: GlimpsedFrame) => boolean;
  #longest: Segment[] = [];
  #open: (Open & { classIndex: number }) | undefined;
  #count = 0;

  constructor(limit: number, accepts: (frame: GlimpsedFrame) => boolean = () => true) {
    this.#limit = limit;
    this.#accepts = accepts;
  }

  add(glimpsed: GlimpsedFrame): void {
    const { frame, time, label, classIndex, confidence } = glimpsed;
    const open = this.#open;
    if (!this.#accepts(glimpsed)) {
      this.#close();
    } else if (open?.label === label && open.classIndex === classIndex) {
      open.frames++;
      open.meanConfidence += (confidence - open.meanConfidence) / open.frames;
      open.lastFrame = frame;
      open.lastTime = time;
    } else {
      this.#close();
      const span = { firstFrame: frame, lastFrame: frame, firstTime: time, lastTime: time };
      this.#open = { label, classIndex, frames: 1, meanConfidence: confidence, ...span };
    }
  }

  /** The number of segments, and the longest of them in the order of the video. */
  end(): { readonly segmentCount: number; readonly segments: readonly Segment[] } {
    this.#close();
    this.#keepLongest();
    return {
      segmentCount: this.#count,
      segments: this.#longest.sort((a, b) => a.firstFrame - b.firstFrame),
    };
  }

  #close(): void {
    if (!this.#open) return;
    const { classIndex: _classIndex, ...segment } = this.#open;
    this.#open = undefined;
    this.#count++;
    this.#longest.push(segment);
    // Only occasionally, because sorting costs time.
    if (this.#longest.length > 2 * this.#limit + 1000) this.#keepLongest();
  }

  #keepLongest(): void {
    const longestFirst = this.#longest.sort((a, b) => b.frames - a.frames || a.firstFrame - b.firstFrame);
    this.#longest = longestFirst.slice(0, this.#limit);
  }
}
