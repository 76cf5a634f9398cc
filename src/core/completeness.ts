import type { EndOfVideo } from './frame.js';
import type { VideoInfo } from './store/port.js';

type Samplings = Pick<VideoInfo, 'samplings'>;

/**
 * The frames of a video that should be in the store, ascending: those that any of its samplings keeps. Null while one of
 * them has begun and its end-of-video message has not arrived: nobody knows then.
 */
export function expectedFrames({ samplings }: Samplings): Iterable<number> | null {
  const ends = samplings.flatMap(({ end }) => end ?? []);
  if (ends.length === 0 || ends.length < samplings.length) return null;
  return keptByAny(ends);
}

/** How many they are. */
export function countExpected(info: Samplings): number | null {
  const [first, ...others] = info.samplings;
  if (first?.end && others.length === 0) return first.end.framesPublished;
  const expected = expectedFrames(info);
  if (expected === null) return null;
  const frames = expected[Symbol.iterator]();
  let count = 0;
  while (frames.next().done !== true) count++;
  return count;
}

/** Whether a frame is one of them, as far as anybody knows. */
export function isExpected({ samplings }: Samplings, frame: number): boolean {
  const keeps = ({ every, framesPublished }: Kept): boolean =>
    frame % every === 0 && frame <= every * framesPublished;
  return samplings.some(({ end }) => end && keeps(end));
}

type Kept = Pick<EndOfVideo, 'every' | 'framesPublished'>;

/** Of a sampling these are N, 2N, 3N …, as many as were published. */
function* keptByAny(ends: readonly Kept[]): Generator<number> {
  // The next frame of each sampling; several may stand at the same one.
  let open = ends.map(({ every, framesPublished }) => ({
    every,
    last: every * framesPublished,
    next: every,
  }));
  for (;;) {
    open = open.filter(({ next, last }) => next <= last);
    if (open.length === 0) return;
    const frame = Math.min(...open.map(({ next }) => next));
    yield frame;
    for (const sampling of open) if (sampling.next === frame) sampling.next += sampling.every;
  }
}
