import { MvsError } from '../base/errors.js';
import { quoted } from '../base/text.js';
import { findSourceFile } from '../extract/source-file.js';
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
 * @throws MvsError NO_INPUT if the file is missing or has changed, USAGE if no frame is stored there
 */
export async function locate(
  store: RecordStore,
  info: VideoInfo,
  position: Position,
  signal: AbortSignal,
): Promise<Place> {
  const { video, fingerprint } = info;
  const time = 'time' in position ? position.time : await timeOf(store, video, position);
  const paths = sourcePathsOf(info);
  const file = await findSourceFile(fingerprint, paths, signal);
  if (file) return { source: file.path, time };
  throw new MvsError('NO_INPUT', `the source file of ${quoted(video)} ${sourceGone(paths)}`);
}

async function timeOf(
  store: RecordStore,
  video: string,
  from: Extract<Position, { frame: number }>,
): Promise<number> {
  for await (const { time } of store.frames(video, { from, limit: 1 })) return time;
  throw new MvsError('USAGE', `no frame of ${quoted(video)} is stored at or behind frame ${from.frame}`, {
    hint: 'Give a time, such as 1:23.',
  });
}
