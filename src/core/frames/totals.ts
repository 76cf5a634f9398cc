import * as v from 'valibot';
import { maxFrames } from './frame.js';
import { isFrameList, maxListLength } from './frame-list.js';
import { everyOf } from './sampling.js';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const frames = v.pipe(count, v.maxValue(maxFrames));
/** The longest path of a file; a video's document in the database has 16 MB for all of its samplings. */
export const maxSourceLength = 4096;
/** The value of an end-of-video message. */
export const totalsSchema = v.object({
  source: v.pipe(v.string(), v.maxLength(maxSourceLength)),
  framesDecoded: frames,
  framesPublished: frames,
  width: count,
  height: count,
  fps: v.pipe(v.number(), v.finite(), v.minValue(0)),
  damaged: v.boolean(),
  frameList: v.optional(v.pipe(v.string(), v.maxLength(maxListLength), v.base64())),
});
export type Totals = v.InferOutput<typeof totalsSchema>;

/** Whether the totals identify the published frames: `every` by arithmetic, any other sampling by its list. */
export function listsItsFrames(sampling: string, totals: Totals): boolean {
  const { frameList, framesPublished, framesDecoded } = totals;
  if (everyOf(sampling) !== undefined) return frameList === undefined;
  return frameList !== undefined && isFrameList(frameList, framesPublished, framesDecoded);
}
