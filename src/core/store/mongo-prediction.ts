import type { Document } from 'mongodb';
import type { ClassSet } from '../frames/class-set.js';

/** The condition for one prediction or object. @param path of its fields: '' or `top.1.` */
export function predictionOf(
  { labels, except }: ClassSet,
  least: number | undefined,
  path: string,
): Document {
  return {
    [`${path}label`]: { $in: [...labels] },
    ...(except.length === 0 ? {} : { [`${path}classIndex`]: { $nin: [...except] } }),
    ...(least === undefined ? {} : { [`${path}confidence`]: { $gte: least } }),
  };
}
