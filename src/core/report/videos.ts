import { answerInDetail, type DetailedAnswer } from '../answers.js';
import type { Segment } from '../answers/segments.js';
import type { RecordStore } from '../store/port.js';
import { sourceOf, thumbnailsAt } from './thumbnails.js';

/** Points of the confidence curve. */
const points = 400;

export interface ReportedVideo extends Omit<DetailedAnswer, 'segments'> {
  /** Each with a small picture of its middle (JPEG, base64) where the source file is still there. */
  readonly segments: readonly (Segment & { readonly thumbnail?: string })[];
  /** Mean confidence, 0–1, of stretches of equal length. */
  readonly curve: readonly number[];
}

export interface ReportOptions {
  /** Of each video, the longest ones. */
  readonly maxSegments: number;
  /** Of each video, for its longest segments. */
  readonly maxThumbnails: number;
  readonly signal: AbortSignal;
}

/** All that a report says of one video. @throws MvsError NO_SUCH_VIDEO */
export async function reportVideo(
  store: RecordStore,
  name: string,
  { maxSegments, maxThumbnails, signal }: ReportOptions,
): Promise<ReportedVideo> {
  const { info, answer, timeline } = await answerInDetail(store, name, maxSegments);
  const longest = [...answer.segments].sort((a, b) => b.frames - a.frames).slice(0, maxThumbnails);
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
