import pMap from 'p-map';
import { groupLabels, renaming, type NameOf } from './naming.js';
import { Segments, type Segment } from './segments.js';
import { Sums, type Summary } from './sums.js';
import { Timeline } from './timeline.js';
import { completenessOf, countExpected, countKept, progressionOf } from './completeness.js';
import { MvsError } from '../base/errors.js';
import { versionId } from '../frames/model-version.js';
import { didYouMean, nearest } from '../base/nearest.js';
import type { LabelSummary, RecordStore, VideoInfo } from '../store/port.js';

/** A summary of one video. */
export interface VideoAnswer {
  readonly video: string;
  /** `NAME@DIGEST`: the version of the model that made these results; null while the database has none. */
  readonly modelVersion: string | null;
  /** Null until the end-of-video messages of all samplings have arrived. */
  readonly expected: number | null;
  readonly stored: number;
  /** Frames that could not be processed and are dead letters. */
  readonly deadLettered: number;
  /** Expected, but neither stored nor dead-lettered; null if unknown. `mvs verify` lists them. */
  readonly missing: number | null;
  /** True if all expected frames are stored, and no others. */
  readonly complete: boolean;
  /** True if the source had decoding errors. "Complete" then refers to the frames that could be read. */
  readonly damaged: boolean;
  /** In seconds; null if unknown. */
  readonly duration: number | null;
  /** The time of the newest record. */
  readonly updated: Date | null;
  readonly labels: readonly LabelSummary[];
}

/** A summary with the segments of the video. */
export interface DetailedAnswer extends VideoAnswer {
  readonly segmentCount: number;
  /** The longest segments, in the order of the video. */
  readonly segments: readonly Segment[];
}

/** The number of videos that are summarised concurrently. */
const concurrency = 4;

/** The version that the results of a store are from. */
export function shownVersion({ version }: Pick<RecordStore, 'version'>): string | null {
  return version === undefined ? null : versionId(version);
}

/** @throws MvsError NO_SUCH_VIDEO */
export async function answerVideo(store: RecordStore, name: string): Promise<VideoAnswer> {
  const info = await findVideo(store, name);
  return answer(store, info, await summarise(store, info));
}

interface DetailOptions {
  readonly maxSegments: number;
  readonly signal?: AbortSignal | undefined;
  /** Groups labels by concept. */
  readonly nameOf?: NameOf | undefined;
}

/** Like `answerVideo`, with segments and a timeline. @throws the signal's reason when it is aborted */
export async function answerInDetail(
  store: RecordStore,
  info: VideoInfo,
  { maxSegments, signal, nameOf }: DetailOptions,
): Promise<{ readonly answer: DetailedAnswer; readonly timeline: Timeline }> {
  const rename = renaming(nameOf);
  const [sums, segments, timeline] = [new Sums(info), new Segments(maxSegments), new Timeline()];
  for await (const page of store.glimpses(info.video)) {
    signal?.throwIfAborted();
    for (const glimpsed of page) {
      const frame = rename(glimpsed);
      sums.add(frame);
      segments.add(frame);
      timeline.add(frame);
    }
  }
  return { answer: { ...(await answer(store, info, sums.summary)), ...segments.end() }, timeline };
}

/** @throws MvsError NO_SUCH_VIDEO */
export async function findVideo(store: RecordStore, name: string): Promise<VideoInfo> {
  const info = await store.video(name);
  if (info) return info;
  const near = nearest(
    name,
    (await store.videos()).map(({ video }) => video),
  );
  throw new MvsError('NO_SUCH_VIDEO', `no frames of a video named ${JSON.stringify(name)} are stored`, {
    hint: `${didYouMean(near)}"mvs query" lists the videos. The name of a video is its file name without the extension.`,
  });
}

/** The videos with these names, each once, or all videos if no names are given. @throws MvsError NO_SUCH_VIDEO, also if there are no videos */
export async function findVideos(
  store: RecordStore,
  names: readonly string[],
): Promise<readonly VideoInfo[]> {
  if (names.length > 0) return pMap(new Set(names), (name) => findVideo(store, name), { concurrency });
  const infos = await store.videos();
  if (infos.length > 0) return infos;
  throw new MvsError('NO_SUCH_VIDEO', 'no video is stored yet', {
    hint: 'Publish frames with "mvs produce" and store them with "mvs consume". "mvs lag" shows how many are waiting.',
  });
}

/** One summary for each video, sorted by name. */
export async function answerVideos(store: RecordStore, nameOf?: NameOf): Promise<VideoAnswer[]> {
  const one = async (info: VideoInfo): Promise<VideoAnswer> => {
    const summary = await summarise(store, info);
    const labels = nameOf ? groupLabels(summary.labels, nameOf) : summary.labels;
    return answer(store, info, { ...summary, labels });
  };
  return pMap(await store.videos(), one, { concurrency });
}

async function answer(
  store: RecordStore,
  info: VideoInfo,
  { kept, updated, labels }: Summary,
): Promise<VideoAnswer> {
  const { video, samplings } = info;
  const dead = await store.deadFrames(video);
  const stored = labels.reduce((sum, { count }) => sum + count, 0);
  const expected = countExpected(info);
  const deadNumbers = dead.map(({ frame }) => frame);
  // Records and dead letters of frames that no sampling keeps must not hide missing frames.
  const lacking = expected === null ? 0 : await countKept(info, deadNumbers);
  const missing = expected === null ? null : expected - kept - lacking;
  const complete = completenessOf({ expected, kept, stored }) === 'complete';
  const damaged = samplings.some(({ end }) => end?.damaged);
  const duration = durationOf(info, labels);
  return {
    ...{ video, modelVersion: shownVersion(store) },
    ...{ expected, stored, deadLettered: dead.length, missing, complete, damaged, duration, updated, labels },
  };
}

/** From the totals, but never less than the time of the last frame, because the container's frame rate may be nominal. */
function durationOf({ samplings }: VideoInfo, labels: readonly LabelSummary[]): number | null {
  const totals = samplings.flatMap(({ end }) => (end && end.fps > 0 ? [end.framesDecoded / end.fps] : []));
  const known = [...totals, ...labels.map(({ lastTime }) => lastTime)];
  return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b));
}

async function summarise(store: RecordStore, info: VideoInfo): Promise<Summary> {
  const even = progressionOf(info);
  const summing = store.summary(info.video, even);
  // Samplings other than every Nth frame require a second pass over the records.
  const counting = even ? undefined : countKept(info, store.frameNumbers(info.video));
  const [{ counted, ...summary }, kept] = await Promise.all([summing, counting]);
  return { ...summary, kept: kept ?? counted };
}
