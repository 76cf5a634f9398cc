import { memberOf } from '../frames/class-set.js';
import type { FrameRecord, Prediction } from '../frames/frame.js';
import type { FrameFilter } from './port.js';

type Predicted = Pick<FrameRecord, 'label' | 'classIndex' | 'confidence' | 'top'>;

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

/** Whether the predictions of a frame fit a filter. */
export function predictionMatcher(filter: FrameFilter): (frame: Predicted) => boolean {
  const { classes, notClasses, minConfidence = 0, sum = false } = filter;
  const rank = filter.rank ?? (sum ? Infinity : 1);
  const isMember = classes && memberOf(classes);
  const isExcluded = notClasses && memberOf(notClasses);
  const sumOf = summer(filter);
  return (frame) => {
    const predictions = lookedAt(frame, rank);
    if (isExcluded && predictions.some(isExcluded)) return false;
    if (!isMember) return frame.confidence >= minConfidence;
    if (sum) return predictions.some(isMember) && sumOf(frame) >= minConfidence;
    return predictions.some((each) => each.confidence >= minConfidence && isMember(each));
  };
}
