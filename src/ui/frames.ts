import type { Answer, Matches, VideoList } from '../core/answers/ask.js';
import type { Timeline } from '../core/answers/timeline.js';
import { plural } from '../core/base/text.js';
import { renderTitle, renderVideo, renderVideos, withVersion } from './answers.js';
import { renderTableWithin } from './table.js';
import { page, screen } from './timeline.js';
import { clock, percent } from './units.js';

type Listing = Extract<Answer, { frames: unknown; matches?: never }>;
type Frame = Listing['frames'][number];

interface How {
  /** True if the question restricts the frames. */
  readonly filtered: boolean;
  /** What to say where no frame matches. */
  readonly nothing: string;
}

/** Renders any kind of answer for stdout. */
export function renderAnswer(
  answer: Answer,
  timeline: Timeline | undefined,
  { filtered, nothing }: How,
): string {
  const width = page().columns;
  if ('videos' in answer) return renderList(answer, width);
  if ('matches' in answer) return withVersion(renderMatches(answer, width, nothing), answer.modelVersion);
  if (!('video' in answer)) return withVersion(renderFrames(answer, width, nothing), answer.modelVersion);
  const { frames, more = false } = answer;
  const brief = filtered || !timeline;
  const summary = brief ? renderTitle(answer) : renderVideo(answer, timeline, screen(), width);
  return frames ? `${summary}\n\n${renderFrames({ ...answer, frames, more }, width, nothing)}` : summary;
}

function renderList({ videos, more }: VideoList, width: number): string {
  const table = renderVideos(videos, width);
  return more ? `${table}\n\nthe first ${plural(videos.length, 'video')}; raise --limit to see more` : table;
}

function renderFrames({ frames, more }: Listing, width: number, nothing: string): string {
  if (frames.length === 0) return nothing;
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

function renderMatches({ matches, searched, more }: Matches, width: number, nothing: string): string {
  if (searched === 0) return renderVideos([]);
  if (matches.length === 0) return nothing;
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
