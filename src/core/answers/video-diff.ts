import type { Prediction } from '../frames/frame.js';
import type { GlimpsedFrame } from '../store/port.js';
import { ChangedSegments, type ChangedFrame } from './changes.js';
import { FrameRuns, type FrameRun } from './frame-runs.js';
import type { Pair } from './in-step.js';

/** How far two versions agree on the frames that both have. */
export interface Agreement {
  readonly compared: number;
  /** Compared frames with another label. */
  readonly changed: number;
  /** The share of the compared frames with the same label; null if no frame could be compared. */
  readonly agreement: number | null;
  /** The mean of the confidence of version B minus that of version A; null if no frame could be compared. */
  readonly meanConfidenceChange: number | null;
}

/** Frames that only one version has. */
export interface OnlyIn {
  readonly count: number;
  /** The first of them, at most 1000 runs. */
  readonly frames: readonly FrameRun[];
}

export interface VideoDiff extends Agreement {
  readonly video: string;
  readonly onlyA: OnlyIn;
  readonly onlyB: OnlyIn;
}

/** Counts compared frames. */
export class AgreementCount {
  #compared = 0;
  #changed = 0;
  #sum = 0;

  add(confidenceChange: number, isChanged: boolean): void {
    this.#compared++;
    this.#sum += confidenceChange;
    if (isChanged) this.#changed++;
  }

  get agreement(): Agreement {
    const [compared, changed] = [this.#compared, this.#changed];
    const share = (part: number) => (compared === 0 ? null : part / compared);
    const agreement = share(compared - changed);
    return { compared, changed, agreement, meanConfidenceChange: share(this.#sum) };
  }
}

/** Compares the results of two versions for one video. */
export class VideoComparison {
  readonly #video: string;
  readonly #total: AgreementCount;
  readonly #count = new AgreementCount();
  readonly #onlyA = new FrameRuns();
  readonly #onlyB = new FrameRuns();
  readonly #segments: ChangedSegments;

  /** @param total counts the frames of all videos */
  constructor(video: string, maxSegments: number, total: AgreementCount) {
    this.#video = video;
    this.#total = total;
    this.#segments = new ChangedSegments(video, maxSegments);
  }

  /** Returns the frame if its label is another one. */
  add({ a, b }: Pair): ChangedFrame | undefined {
    if (a) this.#onlyB.end();
    if (b) this.#onlyA.end();
    if (a && b) return this.#compare(a, b);
    if (a) this.#onlyA.add(a.frame);
    if (b) this.#onlyB.add(b.frame);
    return undefined;
  }

  end(): { readonly diff: VideoDiff } & ReturnType<ChangedSegments['end']> {
    const [onlyA, onlyB] = [this.#onlyA, this.#onlyB].map((runs) => {
      runs.end();
      return { count: runs.count, frames: runs.runs };
    }) as [OnlyIn, OnlyIn];
    const diff = { video: this.#video, ...this.#count.agreement, onlyA, onlyB };
    return { diff, ...this.#segments.end() };
  }

  #compare(a: GlimpsedFrame, b: GlimpsedFrame): ChangedFrame | undefined {
    // Only the text counts: another network may number the same classes differently.
    const isChanged = a.label !== b.label;
    for (const count of [this.#count, this.#total]) count.add(b.confidence - a.confidence, isChanged);
    this.#segments.add(a, b);
    if (!isChanged) return undefined;
    const { frame, time } = b;
    return { video: this.#video, frame, time, from: predictionOf(a), to: predictionOf(b) };
  }
}

function predictionOf({ label, classIndex, confidence }: GlimpsedFrame): Prediction {
  return { label, classIndex, confidence };
}
