import { memberOf } from '../frames/class-set.js';
import type { FrameRecord, Prediction } from '../frames/frame.js';
import { objectChooser, objectMatcher } from './object-filter.js';
import type { FrameFilter, Further } from './port.js';

type Predicted = Pick<FrameRecord, 'label' | 'classIndex' | 'confidence' | 'top' | 'objects'>;

/** 0.7 + 0.1 + 0.1 is less than 0.9 in floating point. */
const rounding = 1e-9;

/** The predictions of a frame that a filter looks at. */
function lookedAt(frame: Predicted, rank: number): readonly Prediction[] {
  return rank > 1 && frame.top ? frame.top.slice(0, rank) : [frame];
}

/** The summed probability of the classes of a filter. */
export function summer({ classes, rank = Infinity }: FrameFilter): (frame: Predicted) => number {
  const isMember = classes ? memberOf(classes) : () => true;
  return (frame) =>
    lookedAt(frame, rank)
      .filter(isMember)
      .reduce((sum, { confidence }) => sum + confidence, 0);
}

/** What a frame must have beside its best prediction before a filter can be applied. */
export function furtherOf({ objects, rank = 1, sum = false }: FrameFilter): Further | undefined {
  if (objects) return 'objects';
  return sum || rank > 1 ? 'top' : undefined;
}

/**
 * A matching frame with what it was found for: with `objects`, the best one that fits; with `rank`, the best prediction that fits; with
 * `sum`, the sum as its confidence.
 */
export function foundFor(filter: FrameFilter): <T extends Predicted>(frame: T) => T {
  if (filter.sum) {
    const sumOf = summer(filter);
    return (frame) => ({ ...frame, confidence: sumOf(frame) });
  }
  if (!filter.objects && furtherOf(filter) === undefined) return (frame) => frame;
  const choose = filter.objects ? objectChooser(filter) : predictionChooser(filter);
  return (frame) => {
    const [best] = choose(frame);
    if (!best) return frame;
    const { label, classIndex, confidence } = best;
    return { ...frame, label, classIndex, confidence };
  };
}

/** The predictions that fit, best first. */
function predictionChooser({ classes, rank = 1 }: FrameFilter): (frame: Predicted) => readonly Prediction[] {
  const isMember = classes ? memberOf(classes) : () => true;
  return (frame) => lookedAt(frame, rank).filter(isMember);
}

/** Whether what a frame shows fits a filter. */
export function contentMatcher(filter: FrameFilter): (frame: Predicted) => boolean {
  return filter.objects ? objectMatcher(filter, filter.objects) : predictionMatcher(filter);
}

function predictionMatcher(filter: FrameFilter): (frame: Predicted) => boolean {
  const { classes, notClasses, minConfidence = 0, sum = false } = filter;
  const rank = filter.rank ?? (sum ? Infinity : 1);
  const isMember = classes && memberOf(classes);
  const isExcluded = notClasses && memberOf(notClasses);
  const sumOf = summer(filter);
  return (frame) => {
    const predictions = lookedAt(frame, rank);
    // A sum looks at all predictions, which says nothing about what must not be there.
    if (isExcluded && lookedAt(frame, filter.rank ?? 1).some(isExcluded)) return false;
    if (!isMember) return frame.confidence >= minConfidence;
    if (sum) return predictions.some(isMember) && sumOf(frame) >= minConfidence - rounding;
    return predictions.some((each) => each.confidence >= minConfidence && isMember(each));
  };
}
