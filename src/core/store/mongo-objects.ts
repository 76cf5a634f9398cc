import type { Document, Filter } from 'mongodb';
import { memberOf, type ClassSet } from '../frames/class-set.js';
import { noObject, type Prediction } from '../frames/frame.js';
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
  // The index of labels has no frames without objects, so the database must not look for them in vain.
  const mayLackObjects = fits(noObject, classes) && (minConfidence ?? 0) <= noObject.confidence;
  return [
    ...(Object.keys(wanted).length === 0
      ? []
      : [counts || !mayLackObjects ? oneObject(wanted) : anyObject(wanted)]),
    ...(counts ? [{ [`objects.${(minCount ?? 1) - 1}`]: { $exists: true } }] : []),
    ...(notClasses ? [{ $nor: [anyObject(predictionOf(notClasses, undefined, ''))] }] : []),
  ];
}

function fits(prediction: Prediction, classes: ClassSet | undefined): boolean {
  return classes === undefined || memberOf(classes)(prediction);
}

function oneObject(wanted: Document): Filter<FrameDocument> {
  return { objects: { $elemMatch: wanted } };
}

/** Also the label of a frame without objects. */
function anyObject(wanted: Document): Filter<FrameDocument> {
  return { $or: [oneObject(wanted), { 'objects.0': { $exists: false }, ...wanted }] };
}
