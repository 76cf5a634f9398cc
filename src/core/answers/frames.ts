import { MvsError } from '../base/errors.js';
import type { FrameRecord } from '../frames/frame.js';
import type { FrameOrder, FrameQuery, RecordStore } from '../store/port.js';
import { nearest } from '../base/nearest.js';
import { First } from './first.js';

/** What is said of one frame; `video` where they are of several. */
export interface FrameAnswer extends Pick<FrameRecord, 'frame' | 'label' | 'confidence' | 'time' | 'top'> {
  readonly video?: string;
}

/**
 * Predictions that one document may hold: with 260 characters each, as `--json` prints them, half of the longest text that
 * V8 can make (2^29 characters).
 */
const maxPredictions = 1_000_000;

/**
 * Frames for one document, which has to be in memory as a whole.
 * @param topK predictions of each frame at most, where more than one was stored
 * @throws MvsError USAGE where they are too many
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
  return new MvsError('USAGE', `these are more than ${maxPredictions} predictions, too many for one answer`, {
    hint: 'Take --format ndjson or csv, which are written as they are read; or show fewer with --limit, --top-k or a filter.',
  });
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
