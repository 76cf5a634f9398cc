import type { Answer, Matches, VideoList } from '../core/answers/ask.js';
import { notFound } from '../core/base/nearest.js';
import type { Timeline } from '../core/answers/timeline.js';
import { plural } from '../core/base/text.js';
import { renderTitle, renderVideo, renderVideos, withVersion } from './answers.js';
import { renderTableWithin } from './table.js';
import type { Screen } from './timeline.js';
import { clock, percent } from './units.js';

type Listing = Extract<Answer, { frames: unknown; matches?: never }>;
type Frame = Listing['frames'][number];

interface How extends Screen {
  /** The width available for tables. */
  readonly width: number;
  /** True if the question restricts the frames. */
  readonly filtered: boolean;
}

/** Renders any kind of answer. */
export function renderAnswer(
  answer: Answer,
  timeline: Timeline | undefined,
  { width, filtered, ...screen }: How,
): string {
  if ('videos' in answer) return renderList(answer, width);
  if ('matches' in answer) return withVersion(renderMatches(answer, width), answer.modelVersion);
  if (!('video' in answer)) return withVersion(renderFrames(answer, width), answer.modelVersion);
  const { frames, more = false } = answer;
  const brief = filtered || !timeline;
  const summary = brief ? renderTitle(answer) : renderVideo(answer, timeline, screen);
  return frames ? `${summary}\n\n${renderFrames({ ...answer, frames, more }, width)}` : summary;
}

function renderList({ videos, more }: VideoList, width: number): string {
  const table = renderVideos(videos, width);
  return more ? `${table}\n\nthe first ${plural(videos.length, 'video')}; raise --limit to see more` : table;
}

function renderFrames({ frames, more, didYouMean: near }: Listing, width: number): string {
  if (frames.length === 0) return noMatch(near);
  const across = frames.some(({ video }) => video !== undefined);
  const detected = frames.some((frame) => frame.objects !== undefined);
  // The classes of a detector are among its objects already.
  const ranked = detected ? 0 : Math.max(0, ...frames.map(({ top }) => (top?.length ?? 1) - 1));
  const others = Array.from({ length: ranked }, (_, index) => index + 1);
  const summed = frames.some(({ sum }) => sum !== undefined);
  const rows = frames.map((row) => [
    ...(across ? [row.video ?? null] : []),
    row.frame,
    clock(row.time),
    row.label,
    percent(row.confidence),
    ...(summed ? [percent(row.sum ?? 0)] : []),
    ...(detected ? [objectsIn(row)] : []),
    ...others.map((index) => predictionOf(row, index)),
  ]);
  const head = [
    ...(across ? ['VIDEO'] : []),
    'FRAME',
    'TIME',
    'LABEL',
    'CONFIDENCE',
    ...(summed ? ['SUM'] : []),
    ...(detected ? ['OBJECTS'] : []),
  ];
  const predictions = others.map((index) => `PREDICTION ${index + 1}`);
  const least = predictions.toReversed();
  const table = renderTableWithin(width, [...head, ...predictions], rows, least, ['LABEL', 'VIDEO']);
  return more ? `${table}\n\nthe first ${plural(frames.length, 'frame')}; raise --limit to see more` : table;
}

/** How many objects of each class, in the order of their scores: "2 Person, 1 Car". */
function objectsIn({ objects = [] }: Frame): string | null {
  const counts = new Map<string, number>();
  for (const { label } of objects) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Array.from(counts, ([label, count]) => `${count} ${label}`).join(', ') || null;
}

function predictionOf({ top }: Frame, index: number): string | null {
  const prediction = top?.[index];
  return prediction ? `${prediction.label} ${percent(prediction.confidence)}` : null;
}

function renderMatches({ matches, searched, more, didYouMean: near }: Matches, width: number): string {
  if (searched === 0) return renderVideos([]);
  if (matches.length === 0) return noMatch(near);
  const rows = matches.map(({ video, frames, meanConfidence, segmentCount, segments }) => {
    const longest = segments.reduce((a, b) => (b.frames > a.frames ? b : a));
    return [
      video,
      frames,
      percent(meanConfidence),
      segmentCount,
      `${clock(longest.firstTime)}–${clock(longest.lastTime)}`,
    ];
  });
  const frames = matches.reduce((sum, match) => sum + match.frames, 0);
  const sum = `${plural(frames, 'frame')} in ${more ? 'the first ' : ''}${matches.length} of ${plural(searched, 'video')}${more ? '; raise --limit to see more' : '; list them with --frames'}`;
  const head = ['VIDEO', 'FRAMES', 'CONFIDENCE', 'SEGMENTS', 'LONGEST'];
  return `${renderTableWithin(width, head, rows, ['SEGMENTS', 'LONGEST'], ['VIDEO'])}\n\n${sum}`;
}

/** This is not an error: the question was answered. */
export function noMatch(near: readonly string[] = []): string {
  return notFound('no frames match', '"mvs labels" lists what the frames show', near);
}
