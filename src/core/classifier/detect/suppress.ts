import type { Candidate, Corners } from './candidate.js';

interface Limits {
  readonly maxOverlap: number;
  readonly maxObjects: number;
}

/**
 * Of two candidates of one class that overlap more than allowed, the better one (non-maximum suppression).
 * @param bestFirst is read only until there are enough
 */
export function suppress<T extends Candidate>(
  bestFirst: Iterable<T>,
  { maxOverlap, maxObjects }: Limits,
): T[] {
  const kept: T[] = [];
  const byClass = new Map<number, T[]>();
  for (const candidate of bestFirst) {
    const same = byClass.get(candidate.classIndex) ?? [];
    if (same.some(({ corners }) => overlap(corners, candidate.corners) > maxOverlap)) continue;
    byClass.set(candidate.classIndex, same);
    same.push(candidate);
    if (kept.push(candidate) === maxObjects) break;
  }
  return kept;
}

/** Intersection over union of two boxes. */
export function overlap(a: Corners, b: Corners): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

function areaOf([left, top, right, bottom]: Corners): number {
  return Math.max(0, right - left) * Math.max(0, bottom - top);
}
