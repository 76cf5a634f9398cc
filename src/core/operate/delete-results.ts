import { setTimeout as sleep } from 'node:timers/promises';
import pMap from 'p-map';
import { findVideo } from '../answers/videos.js';
import { MvsError } from '../base/errors.js';
import { chooseVersion, versionId } from '../frames/model-version.js';
import { notedEveryMs } from '../store/defaults.js';
import type { RecordStore, StoredVersion } from '../store/port.js';
import { eachNamed, type DeletedVideo, type KeptVideo } from './delete-videos.js';

interface ResultsSurvey {
  readonly version: StoredVersion;
  /** True if all results of the version are deleted, and so the version itself. */
  readonly whole: boolean;
  /** Also videos without records: an interrupted deletion may have left the notes about their dead letters. */
  readonly videos: readonly DeletedVideo[];
  /** Names that no video has. */
  readonly failed: readonly KeptVideo[];
}

interface DeletedResults {
  /** Of all videos, only those that had records. */
  readonly deleted: readonly DeletedVideo[];
  /** At most one: a failure ends the deletion. */
  readonly failed: readonly { readonly video?: string; readonly error: MvsError }[];
  /** True if the database has nothing of the version any more. */
  readonly forgotten: boolean;
}

export interface DeletionOptions {
  readonly signal: AbortSignal;
  /** A version that was used less than this many milliseconds ago may be in use now. */
  readonly quietMs?: number;
  /** Called before the wait for the end of this time. */
  readonly onWait?: (ms: number) => void;
}

/** Consumers note the use of a version more often; the rest is for clocks that differ. */
const usualQuietMs = 3 * notedEveryMs;
/** The number of videos that are counted concurrently. */
const concurrency = 4;

/**
 * Counts the results of a version in the named videos, or in all.
 * @throws MvsError NO_SUCH_MODEL, USAGE, MODEL_IN_USE for the active version; NO_SUCH_VIDEO if only one video is named
 */
export async function surveyResults(
  store: RecordStore,
  model: string,
  names: readonly string[],
): Promise<ResultsSurvey> {
  const version = chooseVersion(await store.versions(), model);
  mustBeInactive(version);
  const results = store.of(version);
  const count = async (video: string): Promise<DeletedVideo> => ({
    video,
    records: await results.count(video),
  });
  if (names.length === 0) {
    const videos = await pMap(await store.videos(), ({ video }) => count(video), { concurrency });
    return { version, whole: true, videos, failed: [] };
  }
  const survey = await eachNamed(names, async (name) => count((await findVideo(store, name)).video));
  return { version, whole: false, ...survey };
}

/**
 * Deletes the results of a version, one video after the other, and at last the version itself if all were meant. Repeating an
 * interrupted deletion continues it.
 */
export async function deleteResults(
  store: RecordStore,
  { version, whole, videos }: ResultsSurvey,
  options: DeletionOptions,
): Promise<DeletedResults> {
  const results = store.of(version);
  const deleted: DeletedVideo[] = [];
  let current: { readonly video?: string } = {};
  try {
    for (const { video } of videos) {
      current = { video };
      options.signal.throwIfAborted();
      // Another command may have activated it meanwhile.
      mustBeInactive((await store.versions()).find((one) => versionId(one) === versionId(version)));
      const records = await results.count(video);
      await results.removeResults(video);
      if (records > 0 || !whole) deleted.push({ video, records });
    }
    current = {};
    if (whole) await forget(store, version, options);
    return { deleted, failed: [], forgotten: whole };
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    return { deleted, failed: [{ ...current, error }], forgotten: false };
  }
}

/** @throws MvsError MODEL_IN_USE if a consumer stored results of the version since the deletion began, or just before */
async function forget(store: RecordStore, version: StoredVersion, options: DeletionOptions): Promise<void> {
  const { quietMs = usualQuietMs, signal, onWait } = options;
  const wait = Math.min(quietMs, version.lastUsed.getTime() + quietMs - Date.now());
  if (wait > 0) {
    onWait?.(wait);
    await sleep(wait, undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
  const results = store.of(version);
  for (const { video } of await store.videos()) if ((await results.count(video)) > 0) throw inUse(version);
  mustBeInactive((await store.versions()).find((one) => versionId(one) === versionId(version)));
  if (!(await store.forgetVersion(version, version.lastUsed))) throw inUse(version);
}

function inUse(version: StoredVersion): MvsError {
  return new MvsError('MODEL_IN_USE', `consumers are storing results of ${versionId(version)}`, {
    hint: 'Stop the consumers with this model, and run the command again.',
  });
}

function mustBeInactive(version: StoredVersion | undefined): void {
  if (version?.active !== true) return;
  throw new MvsError('MODEL_IN_USE', `${versionId(version)} is the active version`, {
    hint: 'Its results are what "mvs query" shows. Activate another version first with "mvs models:activate NAME"; "mvs models:list" lists them.',
  });
}
