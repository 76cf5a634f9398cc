import { availableParallelism } from 'node:os';
import { pMapIterable } from 'p-map';
import { answerInDetail, type DetailedAnswer } from '../answers/videos.js';
import type { Segment } from '../answers/segments.js';
import type { RecordStore, VideoInfo } from '../store/port.js';
import { sourceOf, thumbnailsAt } from './thumbnails.js';

/** Points of the confidence curve. */
const points = 400;

export interface ReportedVideo extends Omit<DetailedAnswer, 'segments'> {
  /** Each has a small picture of its middle (JPEG, base64) if the source file still exists. */
  readonly segments: readonly (Segment & { readonly thumbnail?: string })[];
  /** Mean confidence (0–1) of parts of equal length. */
  readonly curve: readonly number[];
}

export interface ReportOptions {
  /** For each video, the longest segments. */
  readonly maxSegments: number;
  /** For the longest segments of each video. */
  readonly maxThumbnails: number;
  readonly signal: AbortSignal;
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
  { maxSegments, maxThumbnails, signal }: ReportOptions,
): Promise<ReportedVideo> {
  const { answer, timeline } = await answerInDetail(store, info, maxSegments, signal);
  const longest = pictured(answer.segments, maxThumbnails);
  const source = longest.length === 0 ? undefined : await sourceOf(info, signal);
  const times = longest.map(({ firstTime, lastTime }) => (firstTime + lastTime) / 2);
  const pictures = source ? await thumbnailsAt(source, times, signal) : [];
  const pictureOf = new Map(longest.map((segment, i) => [segment, pictures[i]]));
  const segments = answer.segments.map((segment) => {
    const picture = pictureOf.get(segment);
    return picture ? { ...segment, thumbnail: Buffer.from(picture).toString('base64') } : segment;
  });
  const curve = timeline.stretches(points).map(({ meanConfidence }) => Number(meanConfidence.toFixed(3)));
  return { ...answer, segments, curve };
}

/** The first segment, which the page shows without a click, and the longest ones. */
function pictured([first, ...others]: readonly Segment[], limit: number): Segment[] {
  if (!first) return [];
  return [first, ...others.sort((a, b) => b.frames - a.frames)].slice(0, limit);
}
