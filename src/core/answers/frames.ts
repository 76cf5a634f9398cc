import { MvsError } from '../base/errors.js';
import type { FrameRecord } from '../frames/frame.js';
import type { FrameOrder, FrameQuery, RecordStore } from '../store/port.js';
import { nearest } from '../base/nearest.js';
import { First } from './first.js';

/** One frame of an answer; has `video` if the answer covers several videos. */
export interface FrameAnswer extends Pick<FrameRecord, 'frame' | 'label' | 'confidence' | 'time' | 'top'> {
  readonly video?: string;
}

/**
 * The most predictions in one document. At 260 characters each in `--json`, this is half of V8's longest string (2^29
 * characters).
 */
const maxPredictions = 1_000_000;

/**
 * Collects frames for one document, which must fit in memory.
 * @param topK the most predictions to return for each frame
 * @throws MvsError USAGE if there are too many predictions
 */
export async function collectFrames(
  records: AsyncIterable<FrameRecord>,
  { named, topK = Infinity }: { readonly named: boolean; readonly topK?: number | undefined },
): Promise<FrameAnswer[]> {
  const frames: FrameAnswer[] = [];
  let predictions = 0;
  for await (const { video, frame, label, confidence, time, top: stored } of records) {
    const top = stored?.slice(0, topK);
    frames.push({ ...(named && { video }), frame, label, confidence, time, ...(top && { top }) });
    predictions += top?.length ?? 1;
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

/** Labels of these videos that are similar to the given text. */
export async function suggestLabels(
  store: RecordStore,
  videos: readonly string[],
  wrong: string | undefined,
): Promise<string[]> {
  if (wrong === undefined) return [];
  const labels = new Set<string>();
  for (const video of videos) for (const label of await store.labels(video)) labels.add(label);
  // ImageNet lists all synonyms of a class: "tabby, tabby cat".
  return nearest(
    wrong,
    [...labels].flatMap((label) => label.split(/, */)),
  );
}
