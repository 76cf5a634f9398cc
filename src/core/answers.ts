import { countExpected, countKept, progressionOf } from './completeness.js';
import { MvsError } from './errors.js';
import type { FrameRecord } from './frame.js';
import type { LabelSummary, RecordStore, VideoInfo } from './store/port.js';

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
  readonly labels: readonly LabelSummary[];
}

export type FrameAnswer = Pick<FrameRecord, 'frame' | 'label' | 'confidence' | 'time' | 'top'>;

/** @throws MvsError NO_SUCH_VIDEO */
export async function answerVideo(store: RecordStore, name: string): Promise<VideoAnswer> {
  return answer(store, await findVideo(store, name));
}

/** @throws MvsError NO_SUCH_VIDEO */
export async function findVideo(store: RecordStore, name: string): Promise<VideoInfo> {
  const info = await store.video(name);
  if (info) return info;
  throw new MvsError('NO_SUCH_VIDEO', `no frames of a video named ${JSON.stringify(name)} are stored`, {
    hint: '"mvs query" lists the videos; a video is named as its file without the extension.',
  });
}

/** One answer for each video, by name. */
export async function answerVideos(store: RecordStore): Promise<VideoAnswer[]> {
  const answers: VideoAnswer[] = [];
  for (const info of await store.videos()) answers.push(await answer(store, info));
  return answers;
}

/** How many frames of a video are stored, and how many there will be where that is known. */
export async function standingOf(
  store: RecordStore,
  video: string,
): Promise<{ readonly stored: number; readonly expected: number | null }> {
  const [info, stored] = await Promise.all([store.video(video), store.count(video)]);
  return { stored, expected: info ? countExpected(info) : null };
}

export async function* answerFrames(store: RecordStore, video: string): AsyncGenerator<FrameAnswer> {
  for await (const { frame, label, confidence, time, top } of store.frames(video)) {
    yield { frame, label, confidence, time, ...(top ? { top } : {}) };
  }
}

async function answer(store: RecordStore, info: VideoInfo): Promise<VideoAnswer> {
  const { video, samplings } = info;
  const expected = countExpected(info);
  const [{ kept, labels }, dead] = await Promise.all([summarise(store, info), store.deadFrames(video)]);
  const stored = labels.reduce((sum, { count }) => sum + count, 0);
  const deadNumbers = dead.map(({ frame }) => frame);
  // Records and letters of frames that no sampling keeps must not stand in for those that are missing.
  const lacking = expected === null ? 0 : await countKept(info, deadNumbers);
  const missing = expected === null ? null : expected - kept - lacking;
  const complete = expected !== null && kept === expected && stored === expected;
  const damaged = samplings.some(({ end }) => end?.damaged);
  return { video, expected, stored, deadLettered: dead.length, missing, complete, damaged, labels };
}

/** The labels of a video, and how many of its records are of frames that its samplings keep. */
async function summarise(
  store: RecordStore,
  info: VideoInfo,
): Promise<{ readonly kept: number; readonly labels: readonly LabelSummary[] }> {
  const even = progressionOf(info);
  const summing = store.summary(info.video, even);
  // Anything but every Nth frame takes a second look at each record.
  const counting = even ? undefined : countKept(info, store.frameNumbers(info.video));
  const [{ counted, labels }, kept] = await Promise.all([summing, counting]);
  return { kept: kept ?? counted, labels };
}
