import type { Segment } from '../answers/segments.js';
import { findSourceFile } from '../extract/source-file.js';
import type { VideoInfo } from '../store/port.js';
import { thumbnailsAt } from './thumbnails.js';

type Span = Pick<Segment, 'firstTime' | 'lastTime'>;

/** Has a small picture of its middle (JPEG, base64) if the source file still exists. */
export type Pictured<T> = T & { readonly thumbnail?: string };

/**
 * Pictures of the middles of these segments, if the source file of their video still exists.
 * @returns a function that adds its picture to a segment
 * @throws the signal's reason when it is aborted
 */
export async function picturesOf(
  info: VideoInfo,
  segments: readonly Span[],
  signal: AbortSignal,
): Promise<<T extends Span>(segment: T) => Pictured<T>> {
  const paths = info.samplings.flatMap(({ end }) => (end ? [end.source] : []));
  const source = segments.length === 0 ? undefined : await findSourceFile(info.fingerprint, paths, signal);
  const times = segments.map(({ firstTime, lastTime }) => (firstTime + lastTime) / 2);
  const pictures = source ? await thumbnailsAt(source, times, signal) : [];
  const pictureOf = new Map(segments.map((segment, i) => [segment, pictures[i]]));
  return (segment) => {
    const picture = pictureOf.get(segment);
    return picture ? { ...segment, thumbnail: Buffer.from(picture).toString('base64') } : segment;
  };
}
