import type { ChangedSegment } from '../answers/changes.js';
import { compare, type StoredSides } from '../answers/compare.js';
import type { Diff } from '../answers/diff.js';
import { answerInDetail, type DetailedAnswer } from '../answers/videos.js';
import type { VideoInfo } from '../store/port.js';
import { curveOf } from './curve.js';
import { countObjects, type ObjectCounts, type ReportedSegment } from './object-counts.js';
import type { Pictured } from './pictures.js';

/** What differs between the results of the reported version (A) and those of another one (B). */
export interface ReportedComparison extends Omit<Diff, 'segments'> {
  /** In the order of the video. */
  readonly segments: readonly Pictured<ChangedSegment>[];
  /** Of version B. */
  readonly other: Pick<DetailedAnswer, 'labels' | 'stored' | 'segmentCount'> & {
    readonly segments: readonly ReportedSegment[];
    readonly curve: readonly number[];
    /** If its results are a detector's. */
    readonly counts?: ObjectCounts;
  };
}

/** @throws the signal's reason when it is aborted */
export async function compareVideo(
  sides: StoredSides,
  info: VideoInfo,
  { maxSegments, signal }: { readonly maxSegments: number; readonly signal: AbortSignal },
): Promise<ReportedComparison> {
  const diff = await compare(sides, [info.video], { limit: maxSegments, signal, frames: false });
  const [, { results }] = sides;
  const { answer, timeline } = await answerInDetail(results, info, { maxSegments, signal });
  const { labels, stored, segmentCount } = answer;
  const counted = await countObjects(results, info.video, stored, answer.segments, signal);
  const segments = counted?.segments ?? answer.segments;
  const inOrder = diff.segments.toSorted((x, y) => x.firstFrame - y.firstFrame);
  return {
    ...diff,
    segments: inOrder,
    other: {
      ...{ labels, stored, segments, segmentCount, curve: curveOf(timeline) },
      ...(counted && { counts: counted.counts }),
    },
  };
}
