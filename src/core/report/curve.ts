import type { Timeline } from '../answers/timeline.js';

/** Points of a curve. */
export const points = 400;

/** Mean confidence (0–1) of parts of equal length. */
export function curveOf(timeline: Timeline): number[] {
  return timeline.stretches(points).map(({ meanConfidence }) => Number(meanConfidence.toFixed(3)));
}
