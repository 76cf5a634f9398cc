import type { Filter, FindCursor } from 'mongodb';
import type { ClassSet } from '../frames/class-set.js';
import { contentMatcher } from './frame-filter.js';
import type { FrameDocument } from './mongo-documents.js';
import type { VideoFrames } from './mongo-layout.js';
import { objectConditions } from './mongo-objects.js';
import { predictionOf } from './mongo-prediction.js';
import type { FrameFilter, FrameQuery } from './port.js';

/** The documents that match, or more if the filter needs a check: `checked` chooses among them. */
export function findFrames(
  { collection, scope, inOrder }: VideoFrames,
  { order = { by: 'frame', descending: false }, ...filter }: FrameQuery,
): FindCursor<FrameDocument> {
  const limit = needsCheck(filter) ? 0 : (filter.limit ?? 0);
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

/** Not every server can add up predictions, count objects or calculate with boxes in a filter. */
export function needsCheck({ sum = false, objects: { minCount = 1, area } = {} }: FrameFilter): boolean {
  return sum || minCount > 1 || area !== undefined;
}

/** The documents that match, among those that the database found. The limit is for what is left. */
export async function* checked(
  documents: AsyncIterable<FrameDocument>,
  query: FrameQuery,
): AsyncGenerator<FrameDocument> {
  const fits = contentMatcher(query);
  let left = query.limit ?? Infinity;
  for await (const document of documents) {
    if (!fits(document)) continue;
    yield document;
    if (--left <= 0) return;
  }
}

/** What the database can check. */
export function filterOf(filter: FrameFilter): Filter<FrameDocument> {
  const { from, to, objects } = filter;
  const conditions: Filter<FrameDocument>[] = [
    ...(objects ? objectConditions(filter, objects) : predictionConditions(filter)),
    ...(from === undefined
      ? []
      : ['frame' in from ? { frame: { $gte: from.frame } } : { time: { $gte: from.time } }]),
    ...(to === undefined
      ? []
      : ['frame' in to ? { frame: { $lte: to.frame } } : { time: { $lte: to.time } }]),
  ];
  return conditions.length === 0 ? {} : { $and: conditions };
}

function predictionConditions(filter: FrameFilter): Filter<FrameDocument>[] {
  const { classes, notClasses, minConfidence, rank, sum } = filter;
  const places = sum && rank === undefined ? undefined : rank;
  const least = sum ? undefined : minConfidence;
  return [
    ...(classes === undefined ? [] : [anyOf(classes, places, least, sum)]),
    ...(notClasses === undefined ? [] : [{ $nor: [anyOf(notClasses, rank, undefined, false)] }]),
    ...(classes !== undefined || minConfidence === undefined
      ? []
      : [{ confidence: { $gte: minConfidence } }]),
  ];
}

/** Frames with a prediction of these classes in one of the first places, or in any. */
function anyOf(
  classes: ClassSet,
  places: number | undefined,
  least: number | undefined,
  sum: boolean | undefined,
): Filter<FrameDocument> {
  const best = predictionOf(classes, least, '');
  if (places === undefined && sum)
    return { $or: [best, { top: { $elemMatch: predictionOf(classes, least, '') } }] };
  const others = Array.from({ length: (places ?? 1) - 1 }, (_, n) =>
    predictionOf(classes, least, `top.${n + 1}.`),
  );
  return others.length === 0 ? best : { $or: [best, ...others] };
}
