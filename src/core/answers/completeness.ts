import type { EndOfVideo } from '../frames/frame.js';
import { readFrameList } from '../frames/frame-list.js';
import { contains, countUnion } from './progressions.js';
import { everyOf } from '../frames/sampling.js';
import type { Progression, VideoInfo } from '../store/port.js';

type Samplings = Pick<VideoInfo, 'samplings'>;

/** Samplings that share few frames take a few steps. Above this number of steps, walking through the frames is as fast. */
const maxArithmetic = 1_000_000;

/**
 * The frames of a video that should be in the store, ascending: those that any of its samplings keeps. Null if the
 * end-of-video message of a sampling has not arrived yet, because the frames are then unknown.
 */
export function expectedFrames({ samplings }: Samplings): Iterable<number> | null {
  const ends = samplings.flatMap(({ end }) => end ?? []);
  if (ends.length === 0 || ends.length < samplings.length) return null;
  return keptByAny(ends);
}

/**
 * The number of expected frames. Null if it is unknown, or if counting would take more than `maxSteps` steps. Samplings of every
 * Nth frame are counted by arithmetic, the frames of lists one by one.
 */
export function countExpected({ samplings }: Samplings, maxSteps = Infinity): number | null {
  const ends = samplings.flatMap(({ end }) => end ?? []);
  if (ends.length === 0 || ends.length < samplings.length) return null;
  const [first, ...others] = ends;
  if (first && others.length === 0) return first.framesPublished;
  const even = ends.flatMap((end) => multiples(end) ?? []);
  const lists = ends.filter((end) => multiples(end) === undefined);
  if (lists.reduce((sum, { framesPublished }) => sum + framesPublished, 0) > maxSteps) return null;
  const inEven = countUnion(even, Math.min(maxSteps, maxArithmetic));
  if (inEven === undefined) return maxSteps === Infinity ? countAll(keptByAny(ends)) : null;
  return inEven + countAll(keptByAny(lists), (frame) => !even.some((one) => contains(one, frame)));
}

function countAll(frames: Iterable<number>, counts: (frame: number) => boolean = () => true): number {
  let count = 0;
  for (const frame of frames) if (counts(frame)) count++;
  return count;
}

/** The counts of a video. */
export interface Counts {
  /** Frames that should be in the store (`countExpected`). */
  readonly expected: number | null;
  /** How many expected frames have a record; omitted if the records were only counted. */
  readonly kept?: number;
  /** All records, expected or not. */
  readonly stored: number;
}

/**
 * The one definition of a complete video: every expected frame has a record, and there are no other records.
 * @returns `unknown` before the end of the video has arrived, `lacking` if expected frames have no record, `surplus` if all have one and
 *   there are other records too, `complete` otherwise. Without `kept`, every record counts as one of an expected frame. This is good
 *   enough for a quick check, because consumers store nothing else.
 */
export function completenessOf({
  expected,
  stored,
  kept = stored,
}: Counts): 'unknown' | 'lacking' | 'complete' | 'surplus' {
  if (expected === null) return 'unknown';
  if (kept < expected) return 'lacking';
  return stored > expected ? 'surplus' : 'complete';
}

/** The expected frames as an arithmetic progression, which the database can count; undefined if they are not one. */
export function progressionOf({ samplings }: Samplings): Progression | undefined {
  const [first, ...others] = samplings;
  return first?.end && others.length === 0 ? multiples(first.end) : undefined;
}

/** Counts the frames that the ended samplings of a video keep. Frames must be added in ascending order. */
export class KeptCounter {
  readonly #kept: Generator<number>;
  #due: number | undefined;
  #count = 0;

  constructor({ samplings }: Samplings) {
    this.#kept = keptByAny(samplings.flatMap(({ end }) => end ?? []));
    this.#due = nextOf(this.#kept);
  }

  add(frame: number): void {
    while (this.#due !== undefined && this.#due < frame) this.#due = nextOf(this.#kept);
    if (this.#due !== frame) return;
    // A second record of the same frame does not count.
    this.#due = nextOf(this.#kept);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }
}

/** How many of these ascending frames the ended samplings of a video keep. */
export async function countKept(
  info: Samplings,
  frames: AsyncIterable<number> | Iterable<number>,
): Promise<number> {
  const counter = new KeptCounter(info);
  for await (const frame of frames) counter.add(frame);
  return counter.count;
}

type Kept = Pick<EndOfVideo, 'sampling' | 'framesPublished' | 'frameList'>;

/** The frames that a sampling keeps, if their numbers follow from arithmetic. */
function multiples({ sampling, framesPublished }: Kept): Progression | undefined {
  const step = everyOf(sampling);
  return step === undefined ? undefined : { step, last: step * framesPublished };
}

function* keptBy(end: Kept): Generator<number> {
  const even = multiples(end);
  if (even === undefined) yield* readFrameList(end.frameList ?? '');
  else for (let frame = even.step; frame <= even.last; frame += even.step) yield frame;
}

function* keptByAny(ends: readonly Kept[]): Generator<number> {
  const open = ends.map((end) => {
    const frames = keptBy(end);
    return { frames, next: nextOf(frames) };
  });
  for (;;) {
    // Several samplings may have the same next frame.
    const frame = Math.min(...open.map(({ next = Infinity }) => next));
    if (frame === Infinity) return;
    yield frame;
    for (const sampling of open) if (sampling.next === frame) sampling.next = nextOf(sampling.frames);
  }
}

function nextOf(frames: Iterator<number>): number | undefined {
  const next = frames.next();
  return next.done === true ? undefined : next.value;
}
