import type { VideoInfo } from './store/port.js';

/**
 * How many frames of a video should be in the store: those that any of its samplings keeps. Null while one of them has
 * begun and its end-of-video message has not arrived: nobody knows then.
 */
export function expectedFrames({ samplings }: Pick<VideoInfo, 'samplings'>): number | null {
  const ends = samplings.flatMap(({ end }) => end ?? []);
  const [first] = ends;
  if (!first || ends.length < samplings.length) return null;
  if (ends.length === 1) return first.framesPublished;
  const last = Math.max(...ends.map(({ framesDecoded }) => framesDecoded));
  let expected = 0;
  for (let frame = 1; frame <= last; frame++) {
    if (ends.some(({ every }) => frame % every === 0)) expected++;
  }
  return expected;
}
