import { KeptCounter } from './completeness.js';
import type { GlimpsedFrame, LabelSummary, VideoInfo, VideoSummary } from '../store/port.js';

/** A summary of all records of a video, and how many of them belong to frames that its samplings keep. */
export type Summary = Omit<VideoSummary, 'counted'> & { readonly kept: number };

type Counted = { -readonly [K in keyof LabelSummary]: LabelSummary[K] };

/** Two classes may share a name, and a class may have several names if the labels were changed. */
function classOf({ label, classIndex }: Pick<GlimpsedFrame, 'label' | 'classIndex'>): string {
  return `${classIndex}\0${label}`;
}

/** Sums up the frames of a video during a pass over them. `RecordStore.summary` computes the same if only the sums are needed. */
export class Sums {
  readonly #kept: KeptCounter;
  readonly #labels = new Map<string, Counted>();
  /** The next frame usually has the same label. */
  #last: Counted | undefined;
  #updated: Date | null = null;

  constructor(info: VideoInfo) {
    this.#kept = new KeptCounter(info);
  }

  add(glimpsed: GlimpsedFrame): void {
    const { frame, time, label, classIndex, confidence, processedAt } = glimpsed;
    this.#kept.add(frame);
    if (!this.#updated || processedAt > this.#updated) this.#updated = processedAt;
    const last = this.#last;
    const same = last?.label === label && last.classIndex === classIndex;
    const counted = same ? last : this.#countedOf(glimpsed);
    this.#last = counted;
    counted.count++;
    counted.meanConfidence += (confidence - counted.meanConfidence) / counted.count;
    counted.lastFrame = frame;
    counted.firstTime = Math.min(counted.firstTime, time);
    counted.lastTime = Math.max(counted.lastTime, time);
  }

  #countedOf(first: GlimpsedFrame): Counted {
    const { frame, time, label, classIndex } = first;
    const known = this.#labels.get(classOf(first));
    if (known) return known;
    const span = { firstFrame: frame, lastFrame: frame, firstTime: time, lastTime: time };
    const counted = { label, classIndex, count: 0, meanConfidence: 0, ...span };
    this.#labels.set(classOf(first), counted);
    return counted;
  }

  get summary(): Summary {
    const labels = [...this.#labels.values()].sort(
      (a, b) => b.count - a.count || a.firstFrame - b.firstFrame,
    );
    return { kept: this.#kept.count, updated: this.#updated, labels };
  }
}
