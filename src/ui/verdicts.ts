import type { FrameRun, Verdict } from '../core/verify.js';
import { renderTable } from './table.js';
import { harmless } from './units.js';

/** One row for each video, and which frames are missing where that is asked for. */
export function renderVerdicts(verdicts: readonly Verdict[], missing: boolean): string {
  const rows = verdicts.map((verdict) => [
    verdict.video,
    verdict.expected,
    verdict.stored,
    verdict.deadLettered,
    verdict.missing,
    verdictOf(verdict),
  ]);
  const table = renderTable(['VIDEO', 'EXPECTED', 'STORED', 'DEAD-LETTERED', 'MISSING', 'VERDICT'], rows);
  const lists = verdicts.flatMap((verdict) => (missing && verdict.missing ? [renderMissing(verdict)] : []));
  return [table, ...lists].join('\n\n');
}

function verdictOf(verdict: Verdict): string {
  const { complete, expected, missing, deadLettered, surplus, unexpected, damaged } = verdict;
  if (complete) return damaged ? 'complete, source damaged' : 'complete';
  if (expected === null) return 'incomplete: the end of the video has not come yet';
  const faults = [
    missing ? 'frames are missing' : '',
    deadLettered ? 'frames are dead letters' : '',
    surplus ? `${surplus} records too many` : '',
    unexpected ? `${unexpected} records of frames that were never published` : '',
  ];
  return `incomplete: ${faults.filter(Boolean).join(', ')}`;
}

function renderMissing({ video, missing, missingFrames }: Verdict): string {
  const shown = missingFrames.reduce((sum, { count }) => sum + count, 0);
  const more = (missing ?? 0) - shown;
  const lines = missingFrames.map(textOf);
  return [`missing of ${harmless(video)}:`, ...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n');
}

function textOf({ from, to, count }: FrameRun): string {
  return count === 1 ? `  ${from}` : `  ${from}–${to} (${count} frames)`;
}
