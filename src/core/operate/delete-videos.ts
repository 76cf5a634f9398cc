import { findVideo } from '../answers/videos.js';
import { MvsError } from '../base/errors.js';
import { everyVersion } from '../store/every-version.js';
import type { RecordStore } from '../store/port.js';

export interface DeletedVideo {
  readonly video: string;
  readonly records: number;
}

/** A video that was not deleted, and why. */
export interface KeptVideo {
  readonly video: string;
  readonly error: MvsError;
}

export interface Outcome {
  readonly videos: readonly DeletedVideo[];
  readonly failed: readonly KeptVideo[];
}

/** Counts the records of each video. @throws the failure if only one video is named, and fails */
export function surveyVideos(store: RecordStore, names: readonly string[]): Promise<Outcome> {
  return eachNamed(names, async (name) => {
    const { video } = await findVideo(store, name);
    return { video, records: await countAll(store, video) };
  });
}

/** The outcome for each of these videos, each once. @throws the failure if there is nothing else */
export async function eachNamed(
  names: readonly string[],
  work: (name: string) => Promise<DeletedVideo>,
): Promise<Outcome> {
  const outcome = await eachVideo([...new Set(names)], work);
  const [only, ...others] = outcome.failed;
  if (only && others.length === 0 && outcome.videos.length === 0) throw only.error;
  return outcome;
}

/** The records of all model versions. */
async function countAll(store: RecordStore, video: string): Promise<number> {
  const counts = await Promise.all((await everyVersion(store)).map((results) => results.count(video)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Removes the records and names of videos and the notes about their dead letters. A failure does not stop the others. */
export function deleteVideos(
  store: RecordStore,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  return eachVideo(names, async (video) => {
    signal.throwIfAborted();
    const records = await countAll(store, video);
    await store.remove(video);
    return { video, records };
  });
}

/** The outcome for each video. A failure does not stop the others. */
async function eachVideo(
  names: readonly string[],
  work: (name: string) => Promise<DeletedVideo>,
): Promise<Outcome> {
  const [videos, failed]: [DeletedVideo[], KeptVideo[]] = [[], []];
  for (const video of names) {
    try {
      videos.push(await work(video));
    } catch (error) {
      if (!(error instanceof MvsError)) throw error;
      failed.push({ video, error });
    }
  }
  return { videos, failed };
}
