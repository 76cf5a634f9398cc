import type { DetailedAnswer, VideoAnswer } from '../core/answers/videos.js';
import type { Segment } from '../core/answers/segments.js';
import type { Timeline } from '../core/answers/timeline.js';
import { renderTable, renderTableWithin } from './table.js';
import { letterOf, paint, renderTimeline, type Screen } from './timeline.js';
import { ago, clock, cutTo, harmless, percent } from './units.js';

/** One row for each video, with the label that most of its frames have. */
export function renderVideos(videos: readonly VideoAnswer[], width = Infinity): string {
  if (videos.length === 0)
    return 'no video is stored yet: publish with "mvs produce", store with "mvs consume"; "mvs lag" tells what waits';
  const rows = videos.map(({ video, stored, expected, duration, updated, labels: [top], ...state }) => [
    video,
    stored,
    expected,
    stateOf(state),
    top ? shortLabel(top.label) : null,
    top ? percent(top.count / stored) : null,
    duration === null ? null : clock(duration),
    updated ? ago(updated) : null,
  ]);
  const head = ['VIDEO', 'STORED', 'EXPECTED', 'COMPLETE', 'TOP LABEL', 'SHARE', 'DURATION', 'UPDATED'];
  return renderTableWithin(width, head, rows, ['UPDATED', 'DURATION', 'SHARE'], ['TOP LABEL', 'VIDEO']);
}

/** One word where nothing is wrong; damage says that it is complete besides. */
function stateOf({
  complete,
  damaged,
  deadLettered,
}: Pick<VideoAnswer, 'complete' | 'damaged' | 'deadLettered'>) {
  return [
    complete ? (damaged ? 'damaged' : 'yes') : 'no',
    ...(deadLettered > 0 ? [`${deadLettered} dead-lettered`] : []),
  ].join(', ');
}

/** `cat: 33 of 33 frames stored, complete` */
export function renderTitle(answer: VideoAnswer): string {
  const { video, stored, deadLettered, missing, expected, complete, damaged } = answer;
  return [
    `${harmless(video)}: ${stored} of ${expected ?? '?'} frames stored`,
    ...(deadLettered > 0 ? [`${deadLettered} dead-lettered`] : []),
    ...(missing ? [`${missing} missing`] : []),
    complete ? 'complete' : expected === null ? 'end of the video not seen yet' : 'incomplete',
    ...(damaged ? ['source damaged'] : []),
  ].join(', ');
}

/** As many labels as there are colours to tell apart, and some more. */
const maxLabels = 10;

/** A timeline, the labels that are seen most, and the longest segments. */
export function renderVideo(answer: DetailedAnswer, timeline: Timeline, screen: Screen): string {
  const { labels } = answer;
  if (labels.length === 0) return renderTitle(answer);
  const first = Math.min(...labels.map(({ firstTime }) => firstTime));
  const last = Math.max(...labels.map(({ lastTime }) => lastTime));
  return [
    renderTitle(answer),
    renderTimeline(timeline, labels, [first, last], screen),
    renderLabels(answer, screen),
    renderSegments(answer, screen),
  ].join('\n\n');
}

function renderLabels({ labels }: DetailedAnswer, { columns, colour }: Screen): string {
  const shown = labels.slice(0, maxLabels);
  const rows = shown.map(({ label, count, meanConfidence, firstTime, lastTime }, rank) => [
    ` ${letterOf(rank)} `,
    fit(label, columns),
    count,
    percent(meanConfidence),
    clock(firstTime),
    clock(lastTime),
  ]);
  const table = renderTable(['KEY', 'LABEL', 'FRAMES', 'CONFIDENCE', 'FIRST', 'LAST'], rows);
  // Not in the cells: a table takes control characters out of them.
  const [head = '', ...lines] = table.split('\n');
  const key = lines.map((line) => paint(line.charAt(1), line.slice(0, 3), colour) + line.slice(3));
  const painted = [head, ...key].join('\n');
  const others = labels.length - shown.length;
  return others === 0 ? painted : `${painted}\n… and ${others} more labels; all with --json`;
}

function renderSegments({ segments, segmentCount, labels }: DetailedAnswer, { columns }: Screen): string {
  const ranks = new Map(labels.map(({ label }, rank) => [label, rank]));
  const rows = segments.map((segment) => [
    clock(segment.firstTime),
    clock(segment.lastTime),
    `${letterOf(ranks.get(segment.label) ?? labels.length)} ${fit(segment.label, columns)}`,
    frameRange(segment),
    segment.frames,
    percent(segment.meanConfidence),
  ]);
  const table = renderTable(['FROM', 'TO', 'LABEL', 'FRAME', 'FRAMES', 'CONFIDENCE'], rows);
  if (segments.length === segmentCount) return table;
  return `${table}\nthe ${segments.length} longest of ${segmentCount} segments; more with --limit`;
}

function frameRange({ firstFrame, lastFrame }: Segment): string {
  return firstFrame === lastFrame ? String(firstFrame) : `${firstFrame}–${lastFrame}`;
}

function fit(label: string, columns: number): string {
  return cutTo(Math.max(8, columns - 46), shortLabel(label));
}

/** ImageNet names a class by all its synonyms: "tabby, tabby cat". The first one does for a table. */
function shortLabel(label: string): string {
  return label.split(',', 1)[0] ?? label;
}
