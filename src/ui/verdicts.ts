import type { FrameRun } from '../core/answers/frame-runs.js';
import type { Verdict } from '../core/answers/verify.js';
import { plural } from '../core/base/text.js';
import { withVersion } from './answers.js';
import { renderTableWithin } from './table.js';
import { harmless } from './units.js';

/** One row for each video, notes on verdicts that need an explanation, and the missing frames if requested. */
export function renderVerdicts(verdicts: readonly Verdict[], missing: boolean, width = Infinity): string {
  const rows = verdicts.map((verdict) => [
    verdict.video,
    verdict.expected,
    verdict.stored,
    verdict.deadLettered,
    verdict.missing,
    verdictOf(verdict),
  ]);
  const head = ['VIDEO', 'EXPECTED', 'STORED', 'DEAD-LETTERED', 'MISSING', 'VERDICT'];
  const table = renderTableWithin(width, head, rows, [], ['VIDEO']);
  const notes = notesOn(verdicts);
  const lists = verdicts.flatMap((verdict) => (missing && verdict.missing ? [renderMissing(verdict)] : []));
  const parts = [table, ...(notes.length > 0 ? [notes.join('\n')] : []), ...lists];
  return withVersion(parts.join('\n\n'), verdicts[0]?.modelVersion);
}

const noEnd = 'no end yet';

/** A few words that fit into a column. */
function verdictOf({ complete, expected, damaged }: Verdict): string {
  if (complete) return damaged ? 'complete, damaged' : 'complete';
  return expected === null ? noEnd : 'incomplete';
}

function notesOn(verdicts: readonly Verdict[]): string[] {
  const open = verdicts.some(({ complete, expected }) => !complete && expected === null);
  const records = verdicts.flatMap(({ video, surplus, unexpected }) => [
    ...(surplus > 0 ? [`${harmless(video)}: ${plural(surplus, 'record')} too many`] : []),
    ...(unexpected > 0
      ? [`${harmless(video)}: ${plural(unexpected, 'record')} of frames that were never published`]
      : []),
  ]);
  return [
    ...(open ? [`${noEnd}: the end of the video has not arrived, so the missing frames are unknown`] : []),
    ...records,
  ];
}

function renderMissing({ video, missing, missingFrames }: Verdict): string {
  return renderRuns(`missing frames of ${harmless(video)}:`, missingFrames, missing ?? 0);
}

/** @param total the number of all frames, of which there may be more than the runs have */
export function renderRuns(title: string, runs: readonly FrameRun[], total: number): string {
  const more = total - runs.reduce((sum, { count }) => sum + count, 0);
  return [title, ...runs.map(textOf), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

function textOf({ from, to, count }: FrameRun): string {
  return count === 1 ? `  ${from}` : `  ${from}–${to} (${count} frames)`;
}
