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

/** Cuts a video into segments in one pass and keeps the longest, because a video of a million frames may have a million segments. */
export class Segments {
  readonly #limit: number;
  #longest: Segment[] = [];
  #open: (Open & { classIndex: number }) | undefined;
  #count = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add({ frame, time, label, classIndex, confidence }: GlimpsedFrame): void {
    const open = this.#open;
    if (open?.label === label && open.classIndex === classIndex) {
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

  /** A frame that does not belong to the search ends a segment. */
  interrupt(): void {
    this.#close();
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
