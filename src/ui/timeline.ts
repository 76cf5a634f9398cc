import { createColors } from 'picocolors';
import type { Stretch, Timeline } from '../core/answers/timeline.js';
import { clock } from './units.js';

export interface Screen {
  readonly columns: number;
  readonly colour: boolean;
}

/** The capabilities of stdout. `hasColors` respects NO_COLOR. `isTTY` is undefined where there is no terminal. */
export function screen(): Screen {
  const { isTTY, columns } = process.stdout;
  const width = columns || Number(process.env.COLUMNS) || 80;
  return { columns: Math.max(20, width), colour: isTTY ? process.stdout.hasColors() : false };
}

/** Like `screen`, but without a width limit if stdout is not a terminal, because programs need the whole text. */
export function page(): Screen {
  const { columns, colour } = screen();
  return { columns: process.stdout.isTTY ? columns : Infinity, colour };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const bars = '▁▂▃▄▅▆▇█';
const backgrounds = ['bgBlue', 'bgYellow', 'bgGreen', 'bgMagenta', 'bgCyan', 'bgRed', 'bgWhite'] as const;

/** The letter of a label in a timeline, by its frequency rank. Rare labels share a dot. */
export function letterOf(rank: number): string {
  return letters[rank] ?? '·';
}

/** A letter on the colour of its label. Without colours, the letters are enough. */
export function paint(letter: string, text: string, colour: boolean): string {
  const background = backgrounds[letters.indexOf(letter) % backgrounds.length];
  if (!colour || background === undefined) return text;
  const colors = createColors(true);
  return colors[background](colors.black(text));
}

/** Three lines: labels, confidence (a full bar is 100 %), and the times of both ends. */
export function renderTimeline(
  timeline: Timeline,
  labels: readonly { readonly label: string }[],
  ends: readonly [number, number],
  { columns, colour }: Screen,
): string {
  const stretches = timeline.stretches(columns - 1);
  const ranks = new Map(labels.map(({ label }, rank) => [label, rank]));
  const row = runsOf(stretches.map(({ label }) => letterOf(ranks.get(label) ?? letters.length)));
  const [first, last] = ends.map(clock) as [string, string];
  const gap = Math.max(1, stretches.length - first.length - last.length);
  return [
    row.map((run) => paint(run.charAt(0), run, colour)).join(''),
    stretches.map(barOf).join(''),
    `${first}${' '.repeat(gap)}${last}`,
  ].join('\n');
}

function barOf({ meanConfidence }: Stretch): string {
  const step = Math.floor(meanConfidence * bars.length);
  return bars.charAt(Math.min(bars.length - 1, Math.max(0, step)));
}

/** "AAB" → "AA", "B", so that each run needs one colour code. */
function runsOf(row: readonly string[]): string[] {
  return row.join('').match(/(.)\1*/gsu) ?? [];
}
