import pMap from 'p-map';
import { completenessOf, countExpected } from '../answers/completeness.js';
import { answerOf, openedWithin } from '../base/check.js';
import { messageOf } from '../base/errors.js';
import { redact } from '../base/redact.js';
import { versionId } from '../frames/model-version.js';
import type { RecordStore, StoredVersion } from '../store/port.js';

interface VersionCounts {
  /** Videos that have results of the version. */
  readonly videos: number;
  readonly frames: number;
  readonly complete: number;
}

/** A model version that has results in the database. The counts are null if counting takes too long. */
export interface ListedVersion extends Readonly<Record<keyof VersionCounts, number | null>> {
  /** `NAME@DIGEST` */
  readonly version: string;
  /** True if answers are from this version by default. */
  readonly active: boolean;
  readonly firstUsed: Date;
  readonly lastUsed: Date;
}

/** The model versions of the database. */
export interface VersionsView {
  /** Why they are unknown; null if they are known. */
  readonly problem: string | null;
  /** All videos of the database. */
  readonly videos: number | null;
  /** Oldest first. */
  readonly versions: readonly ListedVersion[] | null;
}

const [connectMs, askMs, countMs] = [3_500, 6_000, 6_000];
const unknown = { videos: null, frames: null, complete: null };

/** Lists the model versions of the database, if it answers within a few seconds. */
export async function lookAtVersions(openStore: () => Promise<RecordStore>): Promise<VersionsView> {
  const opened = await openedWithin(connectMs, openStore());
  if ('error' in opened) return unavailable(opened.error);
  await using store = opened.value;
  const listed = await answerOf(askMs, store.versions());
  if ('error' in listed) return unavailable(listed.error);
  const counted = await answerOf(countMs, countAll(store, listed.value));
  const { videos, counts } = 'value' in counted ? counted.value : { videos: null, counts: [] };
  const versions = listed.value.map((version, n) => listedVersion(version, counts[n] ?? unknown));
  return { problem: null, videos, versions };
}

function unavailable(error: unknown): VersionsView {
  return { problem: redact(messageOf(error)), videos: null, versions: null };
}

function listedVersion(
  version: StoredVersion,
  counts: Pick<ListedVersion, keyof VersionCounts>,
): ListedVersion {
  const { active, firstUsed, lastUsed } = version;
  return { version: versionId(version), active, ...counts, firstUsed, lastUsed };
}

async function countAll(
  store: RecordStore,
  versions: readonly StoredVersion[],
): Promise<{ videos: number; counts: VersionCounts[] }> {
  const videos = (await store.videos()).map((info) => ({
    video: info.video,
    expected: countExpected(info),
  }));
  const counts: VersionCounts[] = [];
  for (const version of versions) {
    const results = store.of(version);
    const counted = await pMap(
      videos,
      async ({ video, expected }) => ({ expected, stored: await results.count(video) }),
      { concurrency: 4 },
    );
    counts.push({
      videos: counted.filter(({ stored }) => stored > 0).length,
      frames: counted.reduce((sum, { stored }) => sum + stored, 0),
      complete: counted.filter((one) => completenessOf(one) === 'complete').length,
    });
  }
  return { videos: videos.length, counts };
}
