import type { Results } from '../store/port.js';
import { LabelChanges, type ChangedFrame, type ChangedSegment, type LabelChange } from './changes.js';
import { First } from './first.js';
import { inStep } from './in-step.js';
import { AgreementCount, VideoComparison, type Agreement, type VideoDiff } from './video-diff.js';

/** One of two model versions that are compared. */
export interface Side {
  /** `NAME@DIGEST` */
  readonly id: string;
  readonly results: Pick<Results, 'glimpses'>;
}

/** What differs between the results of two model versions. */
export interface Diff extends Agreement {
  /** `NAME@DIGEST` */
  readonly a: string;
  readonly b: string;
  /** The number of frames that only one version has. */
  readonly onlyA: number;
  readonly onlyB: number;
  readonly videos: readonly VideoDiff[];
  /** The number of different changes of label. */
  readonly changeCount: number;
  /** The most frequent ones. */
  readonly changes: readonly LabelChange[];
  readonly segmentCount: number;
  /** The longest changed segments, longest first. */
  readonly segments: readonly ChangedSegment[];
}

export interface CompareOptions {
  /** The most label changes and segments to keep. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Compares two model versions frame by frame. */
export class Comparison {
  readonly #sides: readonly [Side, Side];
  readonly #options: CompareOptions;
  readonly #total = new AgreementCount();
  readonly #videos: VideoDiff[] = [];
  readonly #changes = new LabelChanges();
  readonly #segments: First<ChangedSegment>;
  #segmentCount = 0;

  constructor(sides: readonly [Side, Side], options: CompareOptions) {
    this.#sides = sides;
    this.#options = options;
    this.#segments = new First(options.limit, (x, y) => y.frames - x.frames);
  }

  /**
   * Compares these videos, and yields the frames with another label, in ascending order.
   * @throws the signal's reason when it is aborted
   */
  async *changedFrames(videos: Iterable<string>): AsyncGenerator<ChangedFrame> {
    for (const video of videos) yield* this.#changedIn(video);
  }

  async *#changedIn(video: string): AsyncGenerator<ChangedFrame> {
    const { limit, signal } = this.#options;
    const [a, b] = this.#sides;
    const comparison = new VideoComparison(video, limit, this.#total);
    for await (const pairs of inStep(a.results, b.results, video)) {
      signal.throwIfAborted();
      for (const pair of pairs) {
        const changed = comparison.add(pair);
        if (!changed) continue;
        this.#changes.add(changed);
        yield changed;
      }
    }
    const { diff, segmentCount, segments } = comparison.end();
    this.#videos.push(diff);
    this.#segmentCount += segmentCount;
    for (const segment of segments) this.#segments.add(segment);
  }

  /** The result for the videos that were compared. */
  get diff(): Diff {
    const [a, b] = this.#sides;
    const sum = (side: 'onlyA' | 'onlyB') => this.#videos.reduce((all, each) => all + each[side].count, 0);
    return {
      ...{ a: a.id, b: b.id, ...this.#total.agreement, onlyA: sum('onlyA'), onlyB: sum('onlyB') },
      videos: this.#videos,
      ...{ changeCount: this.#changes.size, changes: this.#changes.first(this.#options.limit) },
      ...{ segmentCount: this.#segmentCount, segments: this.#segments.items },
    };
  }
}
