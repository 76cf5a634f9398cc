import { plural } from '../../core/base/text.js';
import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { bytes, clock, harmless, rate } from '../units.js';
import type { Tally, VideoTally } from './tally.js';

interface Screen {
  readonly columns: number;
  readonly rows: number;
}

const barWidth = 20;
/** In a narrower terminal, the name and its numbers leave no space for a bar. */
const barFrom = 90;
/** Left free, so that the prompt and earlier output stay visible. */
const spareRows = 3;

/** One line for each active video, as many as fit on the terminal, and a total. */
export function renderLines(tally: Tally, { columns, rows }: Screen): string[] {
  const { inWork } = tally;
  const room = Math.max(1, rows - spareRows);
  const shown = inWork.slice(0, inWork.length > room ? room - 1 : room);
  const hidden = inWork.length - shown.length;
  const nameWidth = Math.min(
    Math.max(8, Math.floor(columns / 4)),
    Math.max(0, ...shown.map(({ video }) => stringWidth(video))),
  );
  const lines = shown.map((video) => renderVideo(video, nameWidth, columns));
  if (hidden > 0) lines.push(`… and ${plural(hidden, 'more video')}`);
  lines.push(renderTotal(tally));
  // A wrapped line would count as one line, so a part of it would not be erased.
  return lines.map((line) => cliTruncate(line, Math.max(1, columns - 1)));
}

/** `1234 of 3450 frames published, 3 of 11 videos, 82.1 frames/s, 45.0 MiB, 0:27 left` */
export function renderTotal({ verb, videos, total }: Tally): string {
  const { done, expected, perSecond, ended } = total;
  const ofVideos = videos === undefined ? [] : [`${ended} of ${plural(videos, 'video')}`];
  return [
    `${done}${expected === null ? '' : ` of ${expected}`} frames ${verb}`,
    ...(videos === 1 ? [] : ofVideos),
    `${rate(perSecond)} frames/s`,
    ...(total.bytes > 0 ? [bytes(total.bytes)] : []),
    ...left(total),
  ].join(', ');
}

function renderVideo(video: VideoTally, nameWidth: number, columns: number): string {
  const { done, expected, perSecond } = video;
  const name = cliTruncate(harmless(video.video), nameWidth);
  return [
    name + ' '.repeat(Math.max(0, nameWidth - stringWidth(name))),
    ...(columns < barFrom ? [] : [bar(done, expected)]),
    `${done}/${expected ?? '?'}`.padStart(11),
    `${rate(perSecond)} frames/s`.padStart(15),
    ...(video.bytes > 0 ? [bytes(video.bytes).padStart(9)] : []),
    ...left(video),
  ].join('  ');
}

function left({ done, expected, perSecond }: Omit<VideoTally, 'video'>): string[] {
  if (expected === null || expected <= done || perSecond <= 0) return [];
  return [`${clock((expected - done) / perSecond).replace(/\.\d$/, '')} left`];
}

function bar(done: number, expected: number | null): string {
  const filled = expected ? Math.min(barWidth, Math.round((done / expected) * barWidth)) : 0;
  return '█'.repeat(filled) + '░'.repeat(barWidth - filled);
}
