import type { VideoProbe } from './probe-answer.js';

/** What is decoded in a few tenths of a second: a thread takes longer to start than it saves. */
const pixelsOfAThread = 50e6;

type Pictures = Pick<VideoProbe, 'width' | 'height' | 'estimatedFrames'>;

/** The pixels of all frames; infinite if their number is unknown. */
export function pixelsOf({ estimatedFrames = Infinity, width, height }: Pictures): number {
  return estimatedFrames * width * height;
}

/** Too short for a second thread. */
export function isShort(probe: Pictures): boolean {
  return pixelsOf(probe) < pixelsOfAThread;
}
