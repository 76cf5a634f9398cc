import type { FrameQuery, RecordStore } from '../store/port.js';
import {
  answerInDetail,
  answerVideos,
  findVideo,
  shownVersion,
  type DetailedAnswer,
  type VideoAnswer,
} from './videos.js';
import { collectFrames, framesOf, type FrameAnswer } from './frames.js';
import { findMatches, type Match } from './matches.js';
import type { NameOf } from './naming.js';
import type { Timeline } from './timeline.js';

export interface Question extends FrameQuery {
  readonly video?: string;
  /** True lists each frame instead of a summary only. */
  readonly frames: boolean;
  /** Predictions to return for each frame if more than one was stored. */
  readonly topK?: number;
  readonly maxSegments: number;
  /** What frames are called in segments and summaries, if not by their label. */
  readonly nameOf?: NameOf | undefined;
  /** Labels that are similar to those that were asked for, and mean nothing. */
  readonly near?: readonly string[];
}

interface Suggested {
  /** `NAME@DIGEST`: the version of the model that made these results; null while the database has none. */
  readonly modelVersion: string | null;
  /** If no label matches: similar labels. */
  readonly didYouMean?: readonly string[];
}

interface Listing extends Suggested {
  readonly frames: readonly FrameAnswer[];
  /** True if the limit left some out. */
  readonly more: boolean;
}

export interface Matches extends Suggested {
  readonly matches: readonly Match[];
  /** The number of videos that were searched. */
  readonly searched: number;
  /** True if the limit left some out. */
  readonly more: boolean;
}

export interface VideoList {
  readonly videos: readonly VideoAnswer[];
  /** True if the limit left some out. */
  readonly more: boolean;
}

/** What `--json` shows. */
export type Answer = VideoList | Matches | Listing | (DetailedAnswer & Partial<Listing>);

/** Returns what is seen in one video or in all of them. @throws MvsError NO_SUCH_VIDEO */
export async function ask(
  store: RecordStore,
  question: Question,
): Promise<{ readonly answer: Answer; readonly timeline?: Timeline }> {
  const { video, frames } = question;
  if (video !== undefined) {
    const { answer, timeline } = await answerInDetail(
      store,
      await findVideo(store, video),
      frames ? { maxSegments: question.maxSegments } : question,
    );
    if (!frames) return { answer, timeline };
    return { answer: { ...answer, ...(await list(store, [video], question)) }, timeline };
  }
  if (frames) return { answer: await list(store, await namesOf(store), question) };
  if (isFiltered(question)) return { answer: await match(store, question) };
  const videos = await answerVideos(store, question.nameOf);
  const shown = videos.slice(0, question.limit);
  return { answer: { videos: shown, more: shown.length < videos.length } };
}

/** The videos that a question is about. @throws MvsError NO_SUCH_VIDEO */
export async function namesOf(store: RecordStore, name?: string): Promise<string[]> {
  const infos = name === undefined ? await store.videos() : [await findVideo(store, name)];
  return infos.map(({ video }) => video);
}

/** True if the question restricts the frames. */
export function isFiltered(question: Partial<Question>): boolean {
  const { classes, notClasses, minConfidence, objects, from, to } = question;
  return [classes, notClasses, minConfidence, objects?.minCount, objects?.area, from, to].some(
    (value) => value !== undefined,
  );
}

async function list(store: RecordStore, videos: readonly string[], question: Question): Promise<Listing> {
  const { limit = Infinity, topK } = question;
  // Requesting one more than the limit shows whether others are left out.
  const query = Number.isFinite(limit) ? { ...question, limit: limit + 1 } : question;
  const frames = await collectFrames(framesOf(store, videos, query), {
    named: question.video === undefined,
    topK,
    filter: question,
  });
  const more = frames.length > limit;
  if (more) frames.pop();
  return { frames, more, ...suggested(store, question, frames.length) };
}

async function match(store: RecordStore, question: Question): Promise<Matches> {
  const videos = await namesOf(store);
  const { matches, found } = await findMatches(store, videos, question, question);
  const answer = { matches, searched: videos.length, more: matches.length < found };
  return { ...answer, ...suggested(store, question, found) };
}

/** The version, and similar labels if no frame matches. */
function suggested(store: RecordStore, { classes, near = [] }: Question, found: number): Suggested {
  const modelVersion = shownVersion(store);
  return classes === undefined || found > 0 ? { modelVersion } : { modelVersion, didYouMean: near };
}
