import pMap from 'p-map';
import { Segments, type Segment } from './segments.js';
import { Sums, type Summary } from './sums.js';
import { Timeline } from './timeline.js';
import { completenessOf, countExpected, countKept, progressionOf } from './completeness.js';
import { MvsError } from '../base/errors.js';
import { didYouMean, nearest } from '../base/nearest.js';
import type { LabelSummary, RecordStore, VideoInfo } from '../store/port.js';

/** What the records say of one video. */
export interface VideoAnswer {
  readonly video: string;
  /** Null while an end-of-video message has not arrived. */
  readonly expected: number | null;
  readonly stored: number;
  /** Frames that cannot be classified and lie among the dead letters. */
  readonly deadLettered: number;
  /** Expected, but neither stored nor dead-lettered; null where nobody knows. `mvs verify` names them. */
  readonly missing: number | null;
  /** All expected frames are stored, and no other. */
  readonly complete: boolean;
  /** The source did not decode cleanly: complete means all frames that could be read. */
  readonly damaged: boolean;
  /** In seconds, as far as anything is known of it. */
  readonly duration: number | null;
  /** When the newest record was made. */
  readonly updated: Date | null;
  readonly labels: readonly LabelSummary[];
}

/** What is seen in it when, besides. */
export interface DetailedAnswer extends VideoAnswer {
  readonly segmentCount: number;
  /** The longest ones, in the order of the video. */
  readonly segments: readonly Segment[];
}

/** How many videos are summed up at once. */
const concurrency = 4;

/** @throws MvsError NO_SUCH_VIDEO */
export async function answerVideo(store: RecordStore, name: string): Promise<VideoAnswer> {
  const info = await findVideo(store, name);
  return answer(store, info, await summarise(store, info));
}

/** As `answerVideo`, with segments and a timeline. @throws the signal's reason when it is aborted */
export async function answerInDetail(
  store: RecordStore,
  info: VideoInfo,
  maxSegments: number,
  signal?: AbortSignal,
): Promise<{ readonly answer: DetailedAnswer; readonly timeline: Timeline }> {
  const [sums, segments, timeline] = [new Sums(info), new Segments(maxSegments), new Timeline()];
  for await (const page of store.glimpses(info.video)) {
    signal?.throwIfAborted();
    for (const frame of page) {
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
    hint: `${didYouMean(near)}"mvs query" lists the videos; a video is named as its file without the extension.`,
  });
}

/** Those of these names, each once, or all videos where there are no names. @throws MvsError NO_SUCH_VIDEO, also where there is none at all */
export async function findVideos(
  store: RecordStore,
  names: readonly string[],
): Promise<readonly VideoInfo[]> {
  if (names.length > 0) return pMap(new Set(names), (name) => findVideo(store, name), { concurrency });
  const infos = await store.videos();
  if (infos.length > 0) return infos;
  throw new MvsError('NO_SUCH_VIDEO', 'no video is stored yet', {
    hint: 'Publish with "mvs produce", store with "mvs consume"; "mvs lag" tells what waits.',
  });
}

/** One answer for each video, by name. */
export async function answerVideos(store: RecordStore): Promise<VideoAnswer[]> {
  return pMap(await store.videos(), async (info) => answer(store, info, await summarise(store, info)), {
    concurrency,
  });
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
  // Records and letters of frames that no sampling keeps must not stand in for those that are missing.
  const lacking = expected === null ? 0 : await countKept(info, deadNumbers);
  const missing = expected === null ? null : expected - kept - lacking;
  const complete = completenessOf({ expected, kept, stored }) === 'complete';
  const damaged = samplings.some(({ end }) => end?.damaged);
  const duration = durationOf(info, labels);
  return {
    ...{ video, expected, stored, deadLettered: dead.length, missing, complete, damaged, duration, updated },
    labels,
  };
}

/** By the totals, and never less than the last frame that was seen: a container's rate may be nominal. */
function durationOf({ samplings }: VideoInfo, labels: readonly LabelSummary[]): number | null {
  const totals = samplings.flatMap(({ end }) => (end && end.fps > 0 ? [end.framesDecoded / end.fps] : []));
  const known = [...totals, ...labels.map(({ lastTime }) => lastTime)];
  return known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b));
}

async function summarise(store: RecordStore, info: VideoInfo): Promise<Summary> {
  const even = progressionOf(info);
  const summing = store.summary(info.video, even);
  // Anything but every Nth frame takes a second look at each record.
  const counting = even ? undefined : countKept(info, store.frameNumbers(info.video));
  const [{ counted, ...summary }, kept] = await Promise.all([summing, counting]);
  return { ...summary, kept: kept ?? counted };
}
