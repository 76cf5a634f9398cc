import pMap from 'p-map';
import { foundFor, furtherOf } from '../store/frame-filter.js';
import type { FrameFilter, GlimpsedFrame, RecordStore } from '../store/port.js';
import { renaming, type NameOf } from './naming.js';
import { matcher } from './filter.js';
import { First } from './first.js';
import { Segments, type Segment } from './segments.js';

/** Where a video shows what was searched for. */
export interface Match {
  readonly video: string;
  readonly frames: number;
  readonly meanConfidence: number;
  readonly segmentCount: number;
  /** The longest segments, in the order of the video. */
  readonly segments: readonly Segment[];
}

interface MatchLimits {
  /** Of each video. */
  readonly maxSegments: number;
  /** The most videos to return; all of them if omitted. */
  readonly limit?: number | undefined;
  /** Consecutive frames with the same name are a segment. */
  readonly nameOf?: NameOf | undefined;
}

const concurrency = 4;

/**
 * The videos with matching frames, those with the most first. Reads each video once. With a label, it reads only the videos
 * that contain it.
 * @returns `found`: how many videos match, including those beyond the limit
 */
export async function findMatches(
  store: RecordStore,
  videos: readonly string[],
  filter: FrameFilter,
  { maxSegments, limit = Infinity, nameOf }: MatchLimits,
): Promise<{ readonly matches: readonly Match[]; readonly found: number }> {
  const first = new First<Match>(limit, (a, b) => b.frames - a.frames || (a.video < b.video ? -1 : 1));
  const look = async (video: string): Promise<void> => {
    if (!(await mayMatch(store, video, filter))) return;
    const match = await matchIn(store, video, filter, { maxSegments, nameOf });
    if (match.frames > 0) first.add(match);
  };
  await pMap(videos, look, { concurrency });
  return { matches: first.items, found: first.count };
}

/** A video has few labels, and the database finds them without sending the frames. */
async function mayMatch(store: RecordStore, video: string, filter: FrameFilter): Promise<boolean> {
  const { classes } = filter;
  if (classes === undefined || furtherOf(filter) === 'top') return true;
  const labels = new Set(classes.labels);
  return (await store.labels(video)).some((label) => labels.has(label));
}

async function matchIn(
  store: RecordStore,
  video: string,
  filter: FrameFilter,
  { maxSegments, nameOf }: MatchLimits,
): Promise<Match> {
  const found = foundFor(filter);
  const rename = renaming(nameOf);
  const segments = new Segments(maxSegments);
  let frames = 0;
  let sum = 0;
  for await (const frame of matching(store, video, filter)) {
    if (frame === undefined) {
      segments.interrupt();
      continue;
    }
    const shown = rename(found(frame));
    segments.add(shown);
    frames++;
    sum += shown.confidence;
  }
  return { video, frames, meanConfidence: frames === 0 ? 0 : sum / frames, ...segments.end() };
}

/** The matching frames in ascending order, and undefined where there are others between two of them. */
async function* matching(
  store: RecordStore,
  video: string,
  filter: FrameFilter,
): AsyncGenerator<GlimpsedFrame | undefined> {
  const fits = matcher(filter);
  // Only objects have an index: otherwise, the database reads every frame to find some.
  const narrow = filter.objects !== undefined && filter.classes !== undefined;
  const others = narrow ? new Others(store.frameNumbers(video)) : undefined;
  try {
    for await (const page of store.glimpses(video, furtherOf(filter), narrow ? filter : undefined)) {
      for (const frame of page) {
        const isMatch = fits(frame);
        if (!isMatch || (await others?.areBefore(frame.frame))) yield undefined;
        if (isMatch) yield frame;
      }
    }
  } finally {
    await others?.end();
  }
}

/** Reads the numbers of all frames beside those of some. */
class Others {
  readonly #numbers: AsyncIterator<number>;
  #next: number | undefined;

  constructor(numbers: AsyncIterable<number>) {
    this.#numbers = numbers[Symbol.asyncIterator]();
  }

  /** Whether there are frames between this one and the one before it. */
  async areBefore(frame: number): Promise<boolean> {
    let are = false;
    for (;;) {
      this.#next ??= await this.#read();
      if (this.#next > frame) return are;
      if (this.#next < frame) are = true;
      this.#next = undefined;
    }
  }

  async #read(): Promise<number> {
    const read = await this.#numbers.next();
    return read.done === true ? Infinity : read.value;
  }

  async end(): Promise<void> {
    await this.#numbers.return?.();
  }
}
