import type { Results } from '../store/port.js';
import { points } from './curve.js';

/** How many objects a detector found. */
export interface ObjectCounts {
  /** The mean number per frame in parts of equal length. */
  readonly curve: readonly number[];
  /** Most frequent first. */
  readonly classes: readonly { readonly label: string; readonly count: number }[];
}

interface Part {
  objects: number;
  frames: number;
}

/**
 * Counts the objects of a video in a pass of its own over the records, because those of a detector are much longer than others.
 * @param stored the number of its records
 * @returns undefined if the results are not a detector's, after a look at the first record
 * @throws the signal's reason when it is aborted
 */
export async function countObjects(
  results: Pick<Results, 'frames'>,
  video: string,
  stored: number,
  signal: AbortSignal,
): Promise<ObjectCounts | undefined> {
  const parts = Array.from({ length: Math.min(points, stored) }, (): Part => ({ objects: 0, frames: 0 }));
  const classes = new Map<string, number>();
  let place = 0;
  for await (const { objects } of results.frames(video)) {
    signal.throwIfAborted();
    if (objects === undefined) return undefined;
    // Records may have been added since they were counted.
    const part = parts[Math.floor((place++ * parts.length) / stored)] ?? parts.at(-1);
    if (!part) continue;
    part.frames++;
    part.objects += objects.length;
    for (const { label } of objects) classes.set(label, (classes.get(label) ?? 0) + 1);
  }
  const counts = Array.from(classes, ([label, count]) => ({ label, count }));
  return {
    curve: parts.map(({ objects, frames }) => Number((objects / Math.max(1, frames)).toFixed(2))),
    classes: counts.sort((a, b) => b.count - a.count),
  };
}
