import { MvsError } from '../base/errors.js';
import type { FrameRecord } from '../frames/frame.js';
import { summer } from '../store/frame-filter.js';
import type { FrameFilter, FrameOrder, FrameQuery, RecordStore } from '../store/port.js';
import { First } from './first.js';

/** One frame of an answer; has `video` if the answer covers several videos. */
export interface FrameAnswer extends Pick<
  FrameRecord,
  'frame' | 'label' | 'confidence' | 'time' | 'top' | 'objects'
> {
  readonly video?: string;
  /** The summed probability of the classes that were asked for, if the question adds them up. */
  readonly sum?: number;
}

/**
 * The most predictions in one document. At 260 characters each in `--json`, this is half of V8's longest string (2^29
 * characters).
 */
const maxPredictions = 1_000_000;

interface CollectOptions {
  readonly named: boolean;
  readonly topK?: number | undefined;
  readonly filter?: FrameFilter;
}

/** What a question with `sum` adds to each frame. */
export function summing(filter: FrameFilter = {}): (frame: FrameRecord) => { readonly sum?: number } {
  if (!filter.sum) return () => ({});
  const sumOf = summer(filter);
  return (frame) => ({ sum: sumOf(frame) });
}

/**
 * Collects frames for one document, which must fit in memory.
 * @param topK the most predictions to return for each frame
 * @param filter with `sum`, each frame has the sum that it asks for
 * @throws MvsError USAGE if there are too many predictions
 */
export async function collectFrames(
  records: AsyncIterable<FrameRecord>,
  { named, topK = Infinity, filter }: CollectOptions,
): Promise<FrameAnswer[]> {
  const sumOf = summing(filter);
  const frames: FrameAnswer[] = [];
  let predictions = 0;
  for await (const record of records) {
    const { video, frame, label, confidence, time, top: stored, objects } = record;
    const top = stored?.slice(0, topK);
    const more = { ...(top && { top }), ...(objects && { objects }) };
    const answer = { frame, label, confidence, time, ...sumOf(record), ...more };
    frames.push({ ...(named && { video }), ...answer });
    predictions += (top?.length ?? 1) + (objects?.length ?? 0);
    if (predictions > maxPredictions) throw tooMany();
  }
  return frames;
}

function tooMany(): MvsError {
  return new MvsError(
    'USAGE',
    `the answer has more than ${maxPredictions} predictions, too many for one JSON document`,
    {
      hint: 'Use --format ndjson or csv, which have no limit, or reduce the answer with --limit, --top-k or a filter.',
    },
  );
}

/** The matching frames of several videos. Without an order and a limit, they come one video after the other. */
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
): Promise<readonly FrameRecord[]> {
  const first = new First(query.limit, comparing(query.order));
  for (const video of videos) for await (const frame of store.frames(video, query)) first.add(frame);
  return first.items;
}

function comparing({ by, descending }: FrameOrder): (a: FrameRecord, b: FrameRecord) => number {
  return (a, b) => {
    const ascending = a[by] < b[by] ? -1 : a[by] > b[by] ? 1 : 0;
    return descending ? -ascending : ascending;
  };
}
