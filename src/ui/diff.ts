import type { DetailedDiff } from '../core/answers/compare.js';
import type { Diff } from '../core/answers/diff.js';
import type { Agreement, OnlyIn } from '../core/answers/video-diff.js';
import type { Log } from '../core/base/log.js';
import { plural } from '../core/base/text.js';
import { renderTableWithin } from './table.js';
import { clock, harmless, percent } from './units.js';
import { renderRuns } from './verdicts.js';

/** Agreement, label changes and segments, the frames if requested, and the frames that only one version has. */
export function renderDiff(diff: DetailedDiff, width = Infinity): string {
  const { a, b, changed } = diff;
  return [
    `A  ${harmless(a)}\nB  ${harmless(b)}`,
    `${plural(diff.compared, 'frame')} compared${summed(diff)}`,
    renderVideos(diff, width),
    ...(changed > 0 ? [renderChanges(diff, width), renderSegments(diff, width)] : []),
    ...(changed > 0 && diff.frames ? [renderFrames({ ...diff, frames: diff.frames }, width)] : []),
    ...onlyIn(diff),
  ].join('\n\n');
}

function summed({ agreement, changed, meanConfidenceChange }: Agreement): string {
  if (agreement === null || meanConfidenceChange === null) return '';
  const labels = `${percent(agreement)} have the same label, ${changed} ${changed === 1 ? 'has' : 'have'} another one`;
  return `: ${labels}; confidence ${points(meanConfidenceChange)} on average`;
}

function renderVideos({ videos }: Diff, width: number): string {
  const rows = videos.map(({ video, compared, changed, agreement, meanConfidenceChange, onlyA, onlyB }) => [
    video,
    compared,
    changed,
    agreement === null ? null : percent(agreement),
    meanConfidenceChange === null ? null : points(meanConfidenceChange),
    onlyA.count,
    onlyB.count,
  ]);
  const head = ['VIDEO', 'COMPARED', 'CHANGED', 'AGREEMENT', 'CONFIDENCE', 'ONLY A', 'ONLY B'];
  return renderTableWithin(width, head, rows, ['CONFIDENCE', 'COMPARED'], ['VIDEO']);
}

const labels = ['LABEL IN A', 'LABEL IN B'];

function renderChanges({ changes, changeCount }: Diff, width: number): string {
  const rows = changes.map(({ from, to, count }) => [from, to, count]);
  const table = renderTableWithin(width, [...labels, 'FRAMES'], rows, [], labels.toReversed());
  return (
    table + leftOut(`the ${changes.length} most frequent`, changes.length, changeCount, 'changes of label')
  );
}

function renderSegments({ segments, segmentCount }: Diff, width: number): string {
  const rows = segments.map(({ video, from, to, frames, firstTime, lastTime, meanConfidenceChange }) => [
    video,
    clock(firstTime),
    clock(lastTime),
    from,
    to,
    frames,
    points(meanConfidenceChange),
  ]);
  const head = ['VIDEO', 'FROM', 'TO', ...labels, 'FRAMES', 'CONFIDENCE'];
  const table = renderTableWithin(width, head, rows, ['CONFIDENCE'], [...labels.toReversed(), 'VIDEO']);
  return table + leftOut(`the ${segments.length} longest`, segments.length, segmentCount, 'changed segments');
}

function renderFrames(
  { frames, changed }: Diff & Required<Pick<DetailedDiff, 'frames'>>,
  width: number,
): string {
  const rows = frames.map(({ video, frame, time, from, to }) => [
    video,
    frame,
    clock(time),
    from.label,
    percent(from.confidence),
    to.label,
    percent(to.confidence),
  ]);
  const [a = '', b = ''] = labels;
  const head = ['VIDEO', 'FRAME', 'TIME', a, 'A', b, 'B'];
  const table = renderTableWithin(width, head, rows, ['TIME'], [...labels.toReversed(), 'VIDEO']);
  return table + leftOut(`the first ${frames.length}`, frames.length, changed, 'changed frames');
}

function leftOut(shown: string, count: number, all: number, what: string): string {
  return count === all ? '' : `\n${shown} of ${all} ${what}; raise --limit to see more`;
}

/** More runs of frames would hide the rest. `--json` has them. */
const maxRuns = 10;

function onlyIn({ videos }: Diff): string[] {
  return videos.flatMap(({ video, onlyA, onlyB }) => [
    ...renderOnly(`frames of ${harmless(video)} that only A has:`, onlyA),
    ...renderOnly(`frames of ${harmless(video)} that only B has:`, onlyB),
  ]);
}

function renderOnly(title: string, { count, frames }: OnlyIn): string[] {
  return count === 0 ? [] : [renderRuns(title, frames.slice(0, maxRuns), count)];
}

/** For output that has only compared frames. */
export function warnOfUncompared({ a, b, onlyA, onlyB, videos }: Diff, log: Log): void {
  if (onlyA + onlyB === 0) return;
  const runs = videos.flatMap(({ video, onlyA, onlyB }) =>
    [...onlyA.frames, ...onlyB.frames].map(
      ({ from, to }) => `${video} ${from === to ? from : `${from}–${to}`}`,
    ),
  );
  const more = runs.length > maxRuns ? ', …' : '';
  const counts = `${plural(onlyA, 'frame')} only in ${a}, ${plural(onlyB, 'frame')} only in ${b}`;
  log.warn(`not compared: ${counts} (${runs.slice(0, maxRuns).join(', ')}${more})`);
}

/** A difference of two confidences, in percentage points: "+1.2 points". */
function points(difference: number): string {
  const text = (difference * 100).toFixed(1);
  const sign = Number(text) > 0 ? '+' : '';
  return `${Number(text) === 0 ? '0.0' : sign + text} points`;
}
