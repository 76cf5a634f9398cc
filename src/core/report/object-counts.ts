import type { Segment } from '../answers/segments.js';
import type { Prediction } from '../frames/frame.js';
import type { Results } from '../store/port.js';
import { points } from './curve.js';

/** How many objects a detector found. */
export interface ObjectCounts {
  /** The mean number per frame in parts of equal length. */
  readonly curve: readonly number[];
  /** Most frequent first. */
  readonly classes: readonly ObjectClass[];
}

interface ObjectClass extends Pick<Prediction, 'label' | 'classIndex'> {
  readonly count: number;
}

export interface ReportedSegment extends Segment {
  /** With the results of a detector, the labels of all objects in it. */
  readonly shows?: readonly string[];
}

interface Counted {
  readonly counts: ObjectCounts;
  readonly segments: readonly ReportedSegment[];
}

interface Part {
  objects: number;
  frames: number;
}

/**
 * Counts the objects of a video in a pass of its own over the records, because those of a detector are much longer than others.
 * @param segments in the order of the video
 * @param stored the number of its records
 * @returns undefined if the results are not a detector's, after a look at the first record
 * @throws the signal's reason when it is aborted
 */
export async function countObjects(
  results: Pick<Results, 'frames'>,
  video: string,
  stored: number,
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<Counted | undefined> {
  const parts = Array.from({ length: Math.min(points, stored) }, (): Part => ({ objects: 0, frames: 0 }));
  const classes = new Map<string, ObjectClass>();
  const shown = new Map<Segment, Set<string>>();
  let [place, at] = [0, 0];
  for await (const { frame, objects } of results.frames(video)) {
    signal.throwIfAborted();
    if (objects === undefined) return undefined;
    // Records may have been added since they were counted.
    const part = parts[Math.floor((place++ * parts.length) / stored)] ?? parts.at(-1);
    if (!part) continue;
    part.frames++;
    part.objects += objects.length;
    while ((segments[at]?.lastFrame ?? Infinity) < frame) at++;
    const segment = segments[at];
    for (const { label, classIndex } of objects) {
      const key = `${classIndex} ${label}`;
      classes.set(key, { label, classIndex, count: (classes.get(key)?.count ?? 0) + 1 });
      if (segment && segment.firstFrame <= frame)
        shown.set(segment, (shown.get(segment) ?? new Set()).add(label));
    }
  }
  const curve = parts.map(({ objects, frames }) => Number((objects / Math.max(1, frames)).toFixed(2)));
  return {
    counts: { curve, classes: [...classes.values()].sort((a, b) => b.count - a.count) },
    segments: segments.map((segment) => {
      const shows = shown.get(segment);
      return shows ? { ...segment, shows: [...shows] } : segment;
    }),
  };
}
