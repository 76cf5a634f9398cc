import type { EndOfVideo } from './frame.js';

/**
 * How many frames of a video should be in the store: those that any of its sampling rates keeps. Null while no
 * end-of-video message has arrived.
 */
export function expectedFrames(ends: readonly EndOfVideo[]): number | null {
  const [first, ...others] = ends;
  if (!first) return null;
  if (others.length === 0) return first.framesPublished;
  const last = Math.max(...ends.map(({ framesDecoded }) => framesDecoded));
  let expected = 0;
  for (let frame = 1; frame <= last; frame++) {
    if (ends.some(({ every }) => frame % every === 0)) expected++;
  }
  return expected;
}
