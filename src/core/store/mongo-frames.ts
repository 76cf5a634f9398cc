import type { Filter, FindCursor } from 'mongodb';
import { labelPattern } from './label-pattern.js';
import type { FrameDocument } from './mongo-documents.js';
import type { VideoFrames } from './mongo-layout.js';
import type { FrameFilter, FrameQuery } from './port.js';

export function findFrames(
  { collection, scope, inOrder }: VideoFrames,
  { limit = 0, order = { by: 'frame', descending: false }, ...filter }: FrameQuery,
): FindCursor<FrameDocument> {
  const direction = order.descending ? -1 : 1;
  // Frames with the same label or confidence are sorted by number.
  const sort = order.by === 'frame' ? inOrder(direction) : { [order.by]: direction, frame: 1 };
  const cursor = collection
    .find({ ...scope, ...filterOf(filter) })
    .sort(sort as Record<string, 1 | -1>)
    .limit(limit);
  // Only `frame` has an index. A larger sort may use the disk.
  return order.by === 'frame' || limit > 0 ? cursor : cursor.allowDiskUse();
}

function filterOf({ label, minConfidence, from, to }: FrameFilter): Filter<FrameDocument> {
  const conditions: Filter<FrameDocument>[] = [
    ...(label === undefined ? [] : [{ label: labelPattern(label) }]),
    ...(minConfidence === undefined ? [] : [{ confidence: { $gte: minConfidence } }]),
    ...(from === undefined
      ? []
      : ['frame' in from ? { frame: { $gte: from.frame } } : { time: { $gte: from.time } }]),
    ...(to === undefined
      ? []
      : ['frame' in to ? { frame: { $lte: to.frame } } : { time: { $lte: to.time } }]),
  ];
  return conditions.length === 0 ? {} : { $and: conditions };
}
