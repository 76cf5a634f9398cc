import { availableParallelism } from 'node:os';
import { pMapIterable } from 'p-map';
import { answerInDetail, type DetailedAnswer } from '../answers/videos.js';
import type { RecordStore, VideoInfo } from '../store/port.js';
import type { StoredSides } from '../answers/compare.js';
import { compareVideo, type ReportedComparison } from './comparison.js';
import type { Hierarchy } from '../concepts/hierarchy.js';
import { conceptsOf, type ReportedConcept } from './concepts.js';
import { curveOf } from './curve.js';
import { countObjects, type ObjectCounts, type ReportedSegment } from './object-counts.js';
import { picturesOf, type Pictured } from './pictures.js';

export interface ReportedVideo extends Omit<DetailedAnswer, 'segments'> {
  readonly segments: readonly Pictured<ReportedSegment>[];
  /** Mean confidence (0–1) of parts of equal length. */
  readonly curve: readonly number[];
  /** If the results are a detector's. */
  readonly counts?: ObjectCounts;
  /** What its labels are, if that is known. */
  readonly concepts?: readonly ReportedConcept[];
  /** With another model version, if one was named. */
  readonly comparison?: ReportedComparison;
}

export interface ReportOptions {
  /** For each video, the longest segments. */
  readonly maxSegments: number;
  /** For the longest segments of each video. */
  readonly maxThumbnails: number;
  readonly signal: AbortSignal;
  /** Of the classes of the version. */
  readonly hierarchy?: Hierarchy | undefined;
  /** The version of the report and one to compare it with. */
  readonly sides?: StoredSides | undefined;
}

/**
 * Yields the report of these videos, in this order. A few are read at the same time, because most of the time goes to ffmpeg. A video that
 * was deleted in the meantime is left out.
 * @param onVideo called for each video before its records are read
 * @throws the signal's reason when it is aborted
 */
export async function* reportVideos(
  store: RecordStore,
  names: readonly string[],
  options: ReportOptions,
  onVideo: (name: string) => void,
): AsyncGenerator<ReportedVideo> {
  const report = async (name: string): Promise<ReportedVideo | undefined> => {
    options.signal.throwIfAborted();
    onVideo(name);
    // Looked up again, because hours may have passed since the first video.
    const info = await store.video(name);
    return info && reportVideo(store, info, options);
  };
  for await (const video of pMapIterable(names, report, { concurrency: availableParallelism() }))
    if (video) yield video;
}

async function reportVideo(
  store: RecordStore,
  info: VideoInfo,
  { maxSegments, maxThumbnails, signal, sides, hierarchy }: ReportOptions,
): Promise<ReportedVideo> {
  const { answer, timeline } = await answerInDetail(store, info, { maxSegments, signal });
  const counted = await countObjects(store, info.video, answer.stored, answer.segments, signal);
  const segments = counted?.segments ?? answer.segments;
  const comparison = sides && (await compareVideo(sides, info, { maxSegments, signal }));
  const changed = comparison?.segments.slice(0, maxThumbnails) ?? [];
  const withPicture = await picturesOf(info, [...pictured(segments, maxThumbnails), ...changed], {
    detected: counted && store,
    signal,
  });
  const concepts =
    hierarchy &&
    conceptsOf(hierarchy, [
      ...answer.labels,
      ...(counted?.counts.classes ?? []),
      ...(comparison?.other.labels ?? []),
      ...(comparison?.other.counts?.classes ?? []),
    ]);
  const reported = {
    ...answer,
    segments: segments.map(withPicture),
    curve: curveOf(timeline),
    ...(counted && { counts: counted.counts }),
    ...(concepts && { concepts }),
  };
  if (!comparison) return reported;
  return { ...reported, comparison: { ...comparison, segments: comparison.segments.map(withPicture) } };
}

/** The first segment, which the page shows without a click, and the longest ones. */
function pictured([first, ...others]: readonly ReportedSegment[], limit: number): ReportedSegment[] {
  if (!first) return [];
  return [first, ...others.sort((a, b) => b.frames - a.frames)].slice(0, limit);
}
