import pMap from 'p-map';
import type { Log } from '../core/base/log.js';
import { plural } from '../core/base/text.js';
import { predictionsIn } from '../core/frames/frame.js';
import type { FrameFilter, RecordStore } from '../core/store/port.js';

/** Videos whose first record is looked at, at the same time. */
const concurrency = 4;

/**
 * Warns that a question looks at more predictions than are stored. Looks at the first record of each video, because what matches does not
 * show it: a frame may lack just the prediction that was to match.
 */
export async function warnOfFew(
  store: Pick<RecordStore, 'frames'>,
  videos: readonly string[],
  { rank, sum = false }: FrameFilter,
  log: Log,
): Promise<void> {
  const asked = rank ?? (sum ? 2 : 1);
  if (asked < 2) return;
  const found = (await pMap(videos, (video) => predictionsOf(store, video), { concurrency })).flat();
  const few = found.filter((stored) => stored < asked);
  if (few.length === 0) return;
  const most = few.reduce((a, b) => Math.max(a, b));
  const flag = rank === undefined ? '--sum' : `--rank ${rank}`;
  const only = `only ${plural(most, 'prediction')} per frame ${most === 1 ? 'is' : 'are'} stored`;
  const where = few.length === found.length ? '' : ` for ${few.length} of ${plural(found.length, 'video')}`;
  log.warn(`${flag}: ${only}${where}; "mvs consume --top-k" stores more`);
}

/** In the first record of a video, if it has any. */
async function predictionsOf(store: Pick<RecordStore, 'frames'>, video: string): Promise<number[]> {
  for await (const frame of store.frames(video, { limit: 1 })) return [predictionsIn(frame)];
  return [];
}
