import type { Document, Filter } from 'mongodb';
import type { FrameDocument } from './mongo-documents.js';
import { predictionOf } from './mongo-prediction.js';
import type { FrameFilter, ObjectCondition } from './port.js';

/** What the database can check of the objects of a frame: that one fits, and that there are enough in all. */
export function objectConditions(
  { classes, notClasses, minConfidence }: FrameFilter,
  { minCount, area }: ObjectCondition,
): Filter<FrameDocument>[] {
  const least = minConfidence === undefined ? {} : { confidence: { $gte: minConfidence } };
  const wanted = classes ? predictionOf(classes, minConfidence, '') : least;
  const counts = minCount !== undefined || area !== undefined;
  return [
    ...(Object.keys(wanted).length === 0 ? [] : [counts ? oneObject(wanted) : anyObject(wanted)]),
    ...(counts ? [{ [`objects.${(minCount ?? 1) - 1}`]: { $exists: true } }] : []),
    ...(notClasses ? [{ $nor: [anyObject(predictionOf(notClasses, undefined, ''))] }] : []),
  ];
}

function oneObject(wanted: Document): Filter<FrameDocument> {
  return { objects: { $elemMatch: wanted } };
}

/** Also the label of a frame without objects. */
function anyObject(wanted: Document): Filter<FrameDocument> {
  return { $or: [oneObject(wanted), { 'objects.0': { $exists: false }, ...wanted }] };
}
