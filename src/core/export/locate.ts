import { MvsError } from '../base/errors.js';
import { clock, quoted } from '../base/text.js';
import { probeVideo } from '../extract/probe.js';
import { findSourceFile, type VideoFile } from '../extract/source-file.js';
import type { FrameRecord } from '../frames/frame.js';
import type { Position, RecordStore, VideoInfo } from '../store/port.js';
import { sourceGone, sourcePathsOf } from '../store/source-paths.js';

/** A place in the source file of a video. */
interface Place {
  /** Its path. */
  readonly source: string;
  /** In seconds. */
  readonly time: number;
}

/**
 * Finds the source file of a video, and the time of a position: that of the first stored frame at or behind a frame number.
 * @throws MvsError NO_INPUT if the file is missing or has changed, USAGE if the video has no such position
 */
export async function locate(
  store: RecordStore,
  info: VideoInfo,
  position: Position,
  signal: AbortSignal,
): Promise<Place> {
  const { video, fingerprint } = info;
  const paths = sourcePathsOf(info);
  const file = await findSourceFile(fingerprint, paths, signal);
  if (!file) throw new MvsError('NO_INPUT', `the source file of ${quoted(video)} ${sourceGone(paths)}`);
  const time = 'time' in position ? position.time : await timeOf(store, video, position);
  const last = await lastFrame(store, video);
  if (time !== undefined && time <= (last?.time ?? 0)) return { source: file.path, time };
  const length = await lengthOf(file, signal);
  // Without a length, the player decides.
  if (time !== undefined && time < (length ?? Infinity)) return { source: file.path, time };
  const place = 'time' in position ? clock(position.time) : `frame ${position.frame}`;
  throw new MvsError('USAGE', `${quoted(video)} has no frame at or behind ${place}`, {
    hint: described(length, last),
  });
}

/** Undefined if no frame is stored there. @throws MvsError USAGE */
async function timeOf(
  store: RecordStore,
  video: string,
  from: Extract<Position, { frame: number }>,
): Promise<number | undefined> {
  if (from.frame === 0)
    throw new MvsError('USAGE', 'there is no frame 0', { hint: 'Frames are counted from 1: 1f.' });
  for await (const { time } of store.frames(video, { from, limit: 1 })) return time;
  return undefined;
}

async function lastFrame(store: RecordStore, video: string): Promise<FrameRecord | undefined> {
  const order = { by: 'frame', descending: true } as const;
  for await (const frame of store.frames(video, { order, limit: 1 })) return frame;
  return undefined;
}

/** In seconds; undefined if that is unknown. */
async function lengthOf(
  { streamIndex, ...file }: VideoFile,
  signal: AbortSignal,
): Promise<number | undefined> {
  const probe = await probeVideo(file, { signal, streamIndex }).catch(() => undefined);
  signal.throwIfAborted();
  return probe?.duration;
}

function described(length: number | undefined, last: FrameRecord | undefined): string {
  const ends = length === undefined ? '' : `The video ends at ${clock(length)}. `;
  return `${ends}${last ? `Its last stored frame is ${last.frame}f, at ${clock(last.time)}.` : 'None of its frames is stored.'}`;
}
