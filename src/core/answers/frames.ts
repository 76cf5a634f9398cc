import pMap from 'p-map';
import type { FrameRecord } from '../frame.js';
import type { FrameFilter, FrameOrder, FrameQuery, RecordStore } from '../store/port.js';
import { nearest } from '../nearest.js';
import { matcher } from './filter.js';
import { Segments, type Segment } from './segments.js';

export type FrameAnswer = Pick<FrameRecord, 'frame' | 'label' | 'confidence' | 'time' | 'top'>;

/** What is said of one frame, with the k best predictions at most. */
export function frameAnswer({ frame, label, confidence, time, top }: FrameRecord, k = Infinity): FrameAnswer {
  return { frame, label, confidence, time, ...(top ? { top: top.slice(0, k) } : {}) };
}

/** The frames of several videos that fit, of one video after the other unless an order and a limit are given. */
export async function* framesOf(
  store: RecordStore,
  videos: readonly string[],
  query: FrameQuery,
): AsyncGenerator<FrameRecord> {
  const { limit, order } = query;
  if (videos.length > 1 && order && limit !== undefined) {
    yield* await firstOfAll(store, videos, { ...query, order, limit });
    return;
  }
  let left = limit ?? Infinity;
  for (const video of videos) {
    if (left <= 0) return;
    for await (const frame of store.frames(
      video,
      Number.isFinite(left) ? { ...query, limit: left } : query,
    )) {
      yield frame;
      left--;
    }
  }
}

async function firstOfAll(
  store: RecordStore,
  videos: readonly string[],
  query: FrameQuery & { readonly order: FrameOrder; readonly limit: number },
): Promise<FrameRecord[]> {
  let first: FrameRecord[] = [];
  for (const video of videos) {
    for await (const frame of store.frames(video, query)) first.push(frame);
    first = first.sort(comparing(query.order)).slice(0, query.limit);
  }
  return first;
}

function comparing({ by, descending }: FrameOrder): (a: FrameRecord, b: FrameRecord) => number {
  return (a, b) => {
    const ascending = a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : 0;
    return descending ? -ascending : ascending;
  };
}

/** Where in a video something is seen. */
export interface Match {
  readonly video: string;
  readonly frames: number;
  readonly meanConfidence: number;
  readonly segmentCount: number;
  /** The longest ones, in the order of the video. */
  readonly segments: readonly Segment[];
}

const concurrency = 4;

/** The videos with frames that fit, those with most of them first. Reads each video once. */
export async function findMatches(
  store: RecordStore,
  videos: readonly string[],
  filter: FrameFilter,
  maxSegments: number,
): Promise<Match[]> {
  const found = await pMap(videos, (video) => matchIn(store, video, filter, maxSegments), { concurrency });
  return found.filter(({ frames }) => frames > 0).sort((a, b) => b.frames - a.frames);
}

async function matchIn(
  store: RecordStore,
  video: string,
  filter: FrameFilter,
  maxSegments: number,
): Promise<Match> {
  const fits = matcher(filter);
  const segments = new Segments(maxSegments, fits);
  let frames = 0;
  let sum = 0;
  for await (const page of store.glimpses(video)) {
    for (const frame of page) {
      segments.add(frame);
      if (!fits(frame)) continue;
      frames++;
      sum += frame.confidence;
    }
  }
  return { video, frames, meanConfidence: frames === 0 ? 0 : sum / frames, ...segments.end() };
}

/** Labels of these videos that somebody may have meant. */
export async function suggestLabels(
  store: RecordStore,
  videos: readonly string[],
  wrong: string | undefined,
): Promise<string[]> {
  if (wrong === undefined) return [];
  const labels = new Set<string>();
  for (const video of videos) for (const label of await store.labels(video)) labels.add(label);
  // ImageNet names a class by all its synonyms: "tabby, tabby cat".
  return nearest(
    wrong,
    [...labels].flatMap((label) => label.split(/, */)),
  );
}
