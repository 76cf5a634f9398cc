import { memberOf } from '../frames/class-set.js';
import type { Box, DetectedObject, FrameRecord, Prediction } from '../frames/frame.js';
import type { FrameFilter, ObjectCondition } from './port.js';

type Detected = Pick<FrameRecord, 'label' | 'classIndex' | 'confidence' | 'objects'>;

/** The objects of a frame that fit a filter, best first. */
export function objectChooser(
  filter: FrameFilter,
): (frame: Pick<Detected, 'objects'>) => readonly DetectedObject[] {
  const fits = fitting(filter);
  const area = filter.objects?.area;
  return ({ objects = [] }) =>
    objects.filter((each) => fits(each) && (area === undefined || overlaps(each.box, area)));
}

/** Whether the objects of a frame fit a filter. */
export function objectMatcher(
  filter: FrameFilter,
  { minCount, area }: ObjectCondition,
): (frame: Detected) => boolean {
  const fits = fitting(filter);
  const choose = objectChooser(filter);
  const isExcluded = filter.notClasses && memberOf(filter.notClasses);
  const counts = minCount !== undefined || area !== undefined;
  return (frame) => {
    const { objects = [] } = frame;
    // A frame without objects has a label too, which can be searched for.
    const shown: readonly Prediction[] = objects.length === 0 ? [frame] : objects;
    if (isExcluded && shown.some(isExcluded)) return false;
    return counts || objects.length > 0 ? choose(frame).length >= (minCount ?? 1) : fits(frame);
  };
}

function fitting({ classes, minConfidence = 0 }: FrameFilter): (shown: Prediction) => boolean {
  const isMember = classes ? memberOf(classes) : () => true;
  return (shown) => shown.confidence >= minConfidence && isMember(shown);
}

/** Boxes that only touch do not overlap. */
function overlaps([x, y, width, height]: Box, [left, top, across, down]: Box): boolean {
  return x < left + across && left < x + width && y < top + down && top < y + height;
}
