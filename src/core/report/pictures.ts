import type { DetectedObject } from '../frames/frame.js';
import { findSourceFile } from '../extract/source-file.js';
import type { Results, VideoInfo } from '../store/port.js';
import { sourcePathsOf } from '../store/source-paths.js';
import { detectionsOf, type Span } from './detections.js';
import { thumbnailsAt } from './thumbnails.js';

/** Has a small picture of its middle (JPEG, base64) if the source file still exists. */
export type Pictured<T> = T & {
  readonly thumbnail?: string;
  /** With the results of a detector, the frame in the picture. */
  readonly shown?: { readonly frame: number; readonly objects: readonly DetectedObject[] };
};

interface PictureOptions {
  /** The results, if they are a detector's. */
  readonly detected: Pick<Results, 'frames'> | undefined;
  readonly signal: AbortSignal;
}

/** In pixels. Boxes and their labels need more room. */
const widths = { plain: 240, withBoxes: 480 };
/** Times are stored in whole milliseconds, so that of a frame may be later than the frame itself. */
const rounding = 0.001;

/**
 * Pictures of the middles of these segments, if the source file of their video still exists. With the results of a detector, they are of
 * the stored frames nearest to the middles, so that the boxes fit.
 * @returns a function that adds its picture to a segment
 * @throws the signal's reason when it is aborted
 */
export async function picturesOf(
  info: VideoInfo,
  segments: readonly Span[],
  { detected, signal }: PictureOptions,
): Promise<<T extends Span>(segment: T) => Pictured<T>> {
  const { video, fingerprint } = info;
  const source =
    segments.length === 0 ? undefined : await findSourceFile(fingerprint, sourcePathsOf(info), signal);
  const detections = source && detected ? await detectionsOf(detected, video, segments) : undefined;
  const times = segments.map((segment) => {
    const detection = detections?.get(segment);
    return detection ? Math.max(0, detection.time - rounding) : (segment.firstTime + segment.lastTime) / 2;
  });
  const width = detected ? widths.withBoxes : widths.plain;
  const pictures = source ? await thumbnailsAt(source, times, { width, signal }) : [];
  const pictureOf = new Map(segments.map((segment, i) => [segment, pictures[i]]));
  return (segment) => {
    const picture = pictureOf.get(segment);
    if (!picture) return segment;
    const detection = detections?.get(segment);
    const shown = detection && { frame: detection.frame, objects: detection.objects };
    return { ...segment, thumbnail: Buffer.from(picture).toString('base64'), ...(shown && { shown }) };
  };
}
