import type { FrameAnswer, VideoAnswer } from '../core/answers.js';
import { renderTable } from './table.js';
import { clock, percent } from './units.js';

/** One row for each video, with the label that most of its frames have. */
export function renderVideos(videos: readonly VideoAnswer[]): string {
  if (videos.length === 0)
    return 'no videos yet: publish some with "mvs produce", classify them with "mvs consume"';
  const rows = videos.map(({ video, stored, expected, complete, damaged, deadLettered, labels: [top] }) => [
    video,
    stored,
    expected,
    [
      complete ? 'yes' : 'no',
      ...(deadLettered > 0 ? [`${deadLettered} dead-lettered`] : []),
      ...(complete && damaged ? ['damaged'] : []),
    ].join(', '),
    top ? shortLabel(top.label) : null,
    top ? `${top.count}/${stored}` : null,
    top ? percent(top.meanConfidence) : null,
  ]);
  return renderTable(['VIDEO', 'STORED', 'EXPECTED', 'COMPLETE', 'TOP LABEL', 'FRAMES', 'CONFIDENCE'], rows);
}

export function renderVideo(answer: VideoAnswer): string {
  const { video, stored, deadLettered, missing, expected, complete, damaged, labels } = answer;
  const title = [
    `${video}: ${stored} of ${expected ?? '?'} frames stored`,
    ...(deadLettered > 0 ? [`${deadLettered} dead-lettered`] : []),
    ...(missing ? [`${missing} missing`] : []),
    complete ? 'complete' : expected === null ? 'end of the video not seen yet' : 'incomplete',
    ...(damaged ? ['source damaged'] : []),
  ].join(', ');
  const rows = labels.map((row) => [
    shortLabel(row.label),
    row.count,
    percent(row.meanConfidence),
    clock(row.firstTime),
    clock(row.lastTime),
    row.firstFrame,
    row.lastFrame,
  ]);
  const head = ['LABEL', 'FRAMES', 'CONFIDENCE', 'FIRST', 'LAST', 'FIRST FRAME', 'LAST FRAME'];
  return rows.length === 0 ? title : `${title}\n\n${renderTable(head, rows)}`;
}

export function renderFrames(frames: readonly FrameAnswer[]): string {
  const rows = frames.map(({ frame, time, label, confidence }) => [
    frame,
    clock(time),
    label,
    percent(confidence),
  ]);
  return renderTable(['FRAME', 'TIME', 'LABEL', 'CONFIDENCE'], rows);
}

/** ImageNet names a class by all its synonyms: "tabby, tabby cat". The first one does for a table. */
function shortLabel(label: string): string {
  return label.split(',', 1)[0] ?? label;
}
