import pMap from 'p-map';
import { answerOf, failedBy, ok, openedWithin, warning, type Check } from '../base/check.js';
import { countExpected, countKept, progressionOf } from '../answers/completeness.js';
import { serverHints } from '../base/hints.js';
import type { RecordStore, VideoInfo } from '../store/port.js';

export interface StoreSources {
  /** The address without secrets. */
  readonly store: string;
  readonly openStore: () => Promise<RecordStore>;
}

interface StoreView {
  readonly checks: readonly Check[];
  /** Null if unknown. */
  readonly complete: number | null;
  /** The names of incomplete videos. */
  readonly inWork: readonly string[];
}

const [connectMs, countMs] = [3_500, 1_200];

/** Checks the database, and counts its complete videos. */
export async function lookAtStore({ store: address, openStore }: StoreSources): Promise<StoreView> {
  const opened = await openedWithin(connectMs, openStore());
  if ('error' in opened)
    return { checks: [failedBy('database', opened.error, serverHints.database)], complete: null, inWork: [] };
  await using store = opened.value;
  const database = ok('database', `answers at ${address}`);
  const counted = await answerOf(countMs, standings(store));
  if ('error' in counted) {
    const videos = warning('videos', 'too many to count quickly', 'Count them with "mvs query".');
    return { checks: [database, videos], complete: null, inWork: [] };
  }
  const inWork = counted.value.filter(({ complete }) => !complete).map(({ video }) => video);
  const complete = counted.value.length - inWork.length;
  const detail =
    counted.value.length === 0 ? 'none stored yet' : `${complete} complete, ${inWork.length} incomplete`;
  return { checks: [database, ok('videos', detail)], complete, inWork };
}

async function standings(store: RecordStore): Promise<{ video: string; complete: boolean }[]> {
  const standing = async (info: VideoInfo) => ({
    video: info.video,
    complete: await isComplete(store, info),
  });
  return pMap(await store.videos(), standing, { concurrency: 4 });
}

/** Unexpected records must not hide missing frames. Most incomplete videos are recognised by their count alone. */
async function isComplete(store: RecordStore, info: VideoInfo): Promise<boolean> {
  const expected = countExpected(info);
  if (expected === null || (await store.count(info.video)) !== expected) return false;
  const even = progressionOf(info);
  const kept = even
    ? (await store.summary(info.video, even)).counted
    : await countKept(info, store.frameNumbers(info.video));
  return kept === expected;
}
