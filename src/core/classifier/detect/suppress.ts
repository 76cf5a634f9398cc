import type { Candidate, Corners } from './candidate.js';

interface Limits {
  readonly maxOverlap: number;
  readonly maxObjects: number;
}

/**
 * The best candidates, best first: of two of one class that overlap more than allowed, the better one (non-maximum suppression). Those
 * of equal score stay in order.
 */
export function suppress<T extends Candidate>(found: readonly T[], { maxOverlap, maxObjects }: Limits): T[] {
  const kept: T[] = [];
  for (const candidate of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.length === maxObjects) break;
    const isCovered = kept.some(
      ({ classIndex, corners }) =>
        classIndex === candidate.classIndex && overlap(corners, candidate.corners) > maxOverlap,
    );
    if (!isCovered) kept.push(candidate);
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
