import type { DetailedAnswer, VideoAnswer } from '../core/answers/videos.js';
import type { Segment } from '../core/answers/segments.js';
import type { Timeline } from '../core/answers/timeline.js';
import { renderTable, renderTableWithin } from './table.js';
import { letterOf, paint, renderTimeline, type Screen } from './timeline.js';
import { ago, clock, cutTo, harmless, percent } from './units.js';

/** One row for each video, with its most frequent label. */
export function renderVideos(videos: readonly VideoAnswer[], width = Infinity): string {
  if (videos.length === 0)
    return 'No video is stored yet. Publish frames with "mvs produce" and store them with "mvs consume". "mvs lag" shows how many are waiting.';
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
  const table = renderTableWithin(
    width,
    head,
    rows,
    ['UPDATED', 'DURATION', 'SHARE'],
    ['TOP LABEL', 'VIDEO'],
  );
  return withVersion(table, videos[0]?.modelVersion);
}

/** Names the model whose results are shown. */
export function withVersion(text: string, version: string | null | undefined): string {
  return version ? `${text}\n\nresults of the model ${harmless(version)}` : text;
}

/** One word if nothing is wrong. `damaged` implies that the video is complete. */
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
    complete ? 'complete' : expected === null ? 'end of the video not received yet' : 'incomplete',
    ...(damaged ? ['source damaged'] : []),
  ].join(', ');
}

/** Slightly more than the number of distinguishable colours. */
const maxLabels = 10;

/**
 * A timeline, the most frequent labels, and the longest segments.
 * @param width of the tables: unlike them, a timeline needs an end
 */
export function renderVideo(
  answer: DetailedAnswer,
  timeline: Timeline,
  screen: Screen,
  width = screen.columns,
): string {
  const { labels } = answer;
  if (labels.length === 0) return withVersion(renderTitle(answer), answer.modelVersion);
  const first = Math.min(...labels.map(({ firstTime }) => firstTime));
  const last = Math.max(...labels.map(({ lastTime }) => lastTime));
  const parts = [
    renderTitle(answer),
    renderTimeline(timeline, labels, [first, last], screen),
    renderLabels(answer, { ...screen, columns: width }),
    renderSegments(answer, width),
  ];
  return withVersion(parts.join('\n\n'), answer.modelVersion);
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
  // Coloured after rendering, because the table removes control characters from cells.
  const [head = '', ...lines] = table.split('\n');
  const key = lines.map((line) => paint(line.charAt(1), line.slice(0, 3), colour) + line.slice(3));
  const painted = [head, ...key].join('\n');
  const others = labels.length - shown.length;
  return others === 0 ? painted : `${painted}\n… and ${others} more labels; use --json to list all`;
}

function renderSegments({ segments, segmentCount, labels }: DetailedAnswer, width: number): string {
  const ranks = new Map(labels.map(({ label }, rank) => [label, rank]));
  const rows = segments.map((segment) => [
    clock(segment.firstTime),
    clock(segment.lastTime),
    `${letterOf(ranks.get(segment.label) ?? labels.length)} ${fit(segment.label, width)}`,
    frameRange(segment),
    segment.frames,
    percent(segment.meanConfidence),
  ]);
  const table = renderTable(['FROM', 'TO', 'LABEL', 'FRAME', 'FRAMES', 'CONFIDENCE'], rows);
  if (segments.length === segmentCount) return table;
  return `${table}\nthe ${segments.length} longest of ${segmentCount} segments; raise --limit to see more`;
}

function frameRange({ firstFrame, lastFrame }: Segment): string {
  return firstFrame === lastFrame ? String(firstFrame) : `${firstFrame}–${lastFrame}`;
}

function fit(label: string, columns: number): string {
  return cutTo(Math.max(8, columns - 46), shortLabel(label));
}

/** ImageNet lists all synonyms of a class: "tabby, tabby cat". The first one is enough for a table. */
function shortLabel(label: string): string {
  return label.split(',', 1)[0] ?? label;
}
