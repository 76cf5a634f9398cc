import pMap from 'p-map';
import { answerOf, failedBy, ok, openedWithin, warning, type Check } from '../base/check.js';
import { countExpected, countKept, progressionOf } from '../answers/completeness.js';
import { serverHints } from '../base/hints.js';
import { versionId } from '../frames/model-version.js';
import type { RecordStore, StoredVersion, VideoInfo } from '../store/port.js';

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
  /** Null if unknown, or if there are no results. */
  readonly versions: VersionsInUse | null;
}

/** The model versions that have results in the database. */
export interface VersionsInUse {
  /** `NAME@DIGEST`: answers are from this version by default. */
  readonly active: string | null;
  readonly stored: number;
}

const [connectMs, countMs] = [3_500, 6_000];
const unknown = { complete: null, inWork: [], versions: null };

/** Checks the database, and counts its complete videos. */
export async function lookAtStore({ store: address, openStore }: StoreSources): Promise<StoreView> {
  const opened = await openedWithin(connectMs, openStore());
  if ('error' in opened)
    return { ...unknown, checks: [failedBy('database', opened.error, serverHints.database)] };
  await using store = opened.value;
  const [counted, listed] = await Promise.all([
    answerOf(countMs, standings(store)),
    answerOf(countMs, store.versions()),
  ]);
  const versions = 'value' in listed ? inUse(listed.value) : null;
  const [database, results] = [ok('database', `answers at ${address}`), resultsChecks(versions)];
  if ('error' in counted) {
    const videos = warning(
      'videos',
      `not counted within ${countMs / 1000} s`,
      'Count them with "mvs query".',
    );
    return { ...unknown, checks: [database, videos, ...results], versions };
  }
  const inWork = counted.value.filter(({ complete }) => !complete).map(({ video }) => video);
  const complete = counted.value.length - inWork.length;
  const detail =
    counted.value.length === 0 ? 'none stored yet' : `${complete} complete, ${inWork.length} incomplete`;
  return { checks: [database, ok('videos', detail), ...results], complete, inWork, versions };
}

function inUse(versions: readonly StoredVersion[]): VersionsInUse | null {
  const active = versions.find((version) => version.active);
  return versions.length === 0
    ? null
    : { active: active ? versionId(active) : null, stored: versions.length };
}

/** The version that answers are from. */
function resultsChecks(versions: VersionsInUse | null): Check[] {
  if (versions === null) return [];
  const { active, stored } = versions;
  if (active === null)
    return [warning('results', 'no model version is active', 'Choose one with "mvs models:activate".')];
  return [ok('results', stored > 1 ? `${active}, the active one of ${stored} model versions` : active)];
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
