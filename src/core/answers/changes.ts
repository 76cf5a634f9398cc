import type { FrameId, Prediction } from '../frames/frame.js';
import type { GlimpsedFrame } from '../store/port.js';
import { Segments, type Segment } from './segments.js';

/** A frame that version B labels differently from version A. */
export interface ChangedFrame extends FrameId {
  readonly time: number;
  /** Of version A. */
  readonly from: Prediction;
  /** Of version B. */
  readonly to: Prediction;
}

/** A label of version A, and what version B says instead. */
export interface LabelChange {
  readonly from: string;
  readonly to: string;
  /** The number of frames. */
  readonly count: number;
}

/** Consecutive compared frames with the same change of label. */
export interface ChangedSegment extends Omit<Segment, 'label' | 'meanConfidence'> {
  readonly video: string;
  readonly from: string;
  readonly to: string;
  /** That of version B minus that of version A. */
  readonly meanConfidenceChange: number;
}

/** Counts label changes. There is at most one for each pair of labels. */
export class LabelChanges {
  readonly #counts = new Map<string, number>();

  add({ from, to }: ChangedFrame): void {
    const change = changeOf(from.label, to.label);
    this.#counts.set(change, (this.#counts.get(change) ?? 0) + 1);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** The most frequent changes first. */
  first(limit: number): LabelChange[] {
    const changes = [...this.#counts].sort(([x, xs], [y, ys]) => ys - xs || (x < y ? -1 : 1));
    return changes.slice(0, limit).map(([change, count]) => ({ ...labelsOf(change), count }));
  }
}

/** Cuts the compared frames of a video into segments with the same change of label, and keeps the longest. */
export class ChangedSegments {
  readonly #video: string;
  readonly #segments: Segments;

  constructor(video: string, limit: number) {
    this.#video = video;
    this.#segments = new Segments(limit);
  }

  /** Takes the compared frames in ascending order. */
  add(a: GlimpsedFrame, b: GlimpsedFrame): void {
    if (a.label === b.label) {
      this.#segments.interrupt();
      return;
    }
    const label = changeOf(a.label, b.label);
    this.#segments.add({ ...b, label, classIndex: 0, confidence: b.confidence - a.confidence });
  }

  /** The number of segments, and the longest of them in the order of the video. */
  end(): { readonly segmentCount: number; readonly segments: readonly ChangedSegment[] } {
    const { segmentCount, segments } = this.#segments.end();
    return { segmentCount, segments: segments.map((segment) => this.#toChanged(segment)) };
  }

  #toChanged({ label, meanConfidence, ...span }: Segment): ChangedSegment {
    return { video: this.#video, ...labelsOf(label), ...span, meanConfidenceChange: meanConfidence };
  }
}

/** A key for a change of label: labels are untrusted input, and may contain any separator. */
function changeOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

function labelsOf(change: string): { readonly from: string; readonly to: string } {
  const [from, to] = JSON.parse(change) as [string, string];
  return { from, to };
}
