import type { EndOfVideo } from '../frames/frame.js';
import { readFrameList } from '../frames/frame-list.js';
import { contains, countUnion } from './progressions.js';
import { everyOf } from '../frames/sampling.js';
import type { Progression, VideoInfo } from '../store/port.js';

type Samplings = Pick<VideoInfo, 'samplings'>;

/** Samplings that share few frames take a handful of steps; beyond so many, walking is no slower. */
const maxArithmetic = 1_000_000;

/**
 * The frames of a video that should be in the store, ascending: those that any of its samplings keeps. Null while one of
 * them has begun and its end-of-video message has not arrived: nobody knows then.
 */
export function expectedFrames({ samplings }: Samplings): Iterable<number> | null {
  const ends = samplings.flatMap(({ end }) => end ?? []);
  if (ends.length === 0 || ends.length < samplings.length) return null;
  return keptByAny(ends);
}

/**
 * How many they are; null where nobody knows, or where it would take more than `maxSteps` steps to count them. Samplings of every
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

/** What counting says of a video. */
export interface Counts {
  /** Frames that should be in the store (`countExpected`). */
  readonly expected: number | null;
  /** Those of them that are; left out where nobody looked which frames the records are of. */
  readonly kept?: number;
  /** All records, whatever they are of. */
  readonly stored: number;
}

/**
 * Whether a video is complete, for all who ask: every expected frame has its record, and there is no other record.
 * @returns `unknown` before its end has come, `lacking` where expected frames have no record, `surplus` where all have one and there are
 *   others besides, `complete` otherwise. Without `kept` any record counts as one of an expected frame: right for a look in passing,
 *   because consumers store nothing else.
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

/** The expected frames as an arithmetic progression, which databases can count by themselves; undefined where they are none. */
export function progressionOf({ samplings }: Samplings): Progression | undefined {
  const [first, ...others] = samplings;
  return first?.end && others.length === 0 ? multiples(first.end) : undefined;
}

/** Counts, of frames that come in ascending order, those that the samplings of a video keep, as far as they have ended. */
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
    // Taken: a second record of the frame does not count.
    this.#due = nextOf(this.#kept);
    this.#count += 1;
  }

  get count(): number {
    return this.#count;
  }
}

/** How many of these frames, which ascend, the samplings of a video keep, as far as they have ended. */
export async function countKept(
  info: Samplings,
  frames: AsyncIterable<number> | Iterable<number>,
): Promise<number> {
  const counter = new KeptCounter(info);
  for await (const frame of frames) counter.add(frame);
  return counter.count;
}

type Kept = Pick<EndOfVideo, 'sampling' | 'framesPublished' | 'frameList'>;

/** Which frames a sampling keeps, where that follows from their number. */
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
    // Several may stand at the same frame.
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
