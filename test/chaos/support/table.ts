import { writeFileSync } from 'node:fs';

/** What one fault did. */
export interface Row {
  readonly fault: string;
  /** How many times it happened. */
  readonly injected: number;
  /** Frames that have to be accounted for. */
  readonly expected: number;
  readonly stored: number;
  /** Frames that were bad on purpose. */
  readonly deadLettered: number;
  /** Stored, or in the log, more than once. */
  readonly duplicated: number;
  /** Neither stored nor dead-lettered. */
  readonly lost: number;
}

const columns = {
  fault: 'Fault',
  injected: 'Injected',
  expected: 'Frames expected',
  stored: 'Stored',
  deadLettered: 'Dead-lettered',
  duplicated: 'Duplicated',
  lost: 'Lost',
} as const satisfies Record<keyof Row, string>;

const rows: Row[] = [];

export function noteRow(row: Row): void {
  rows.push(row);
}

/** Prints what was noted; into MVS_CHAOS_TABLE.md and MVS_CHAOS_TABLE.json too where that names a file without its ending. */
export function publishTable(seed: number): void {
  const table = markdown();
  console.log(`\nseed ${seed}\n\n${table}`);
  const path = process.env.MVS_CHAOS_TABLE;
  if (!path) return;
  writeFileSync(`${path}.md`, table);
  writeFileSync(`${path}.json`, `${JSON.stringify({ seed, rows }, undefined, 2)}\n`);
}

function markdown(): string {
  const keys = Object.keys(columns) as (keyof Row)[];
  const cells = [Object.values(columns), ...rows.map((row) => keys.map((key) => String(row[key])))];
  const widths = keys.map((_, n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  const pad = (text: string, n: number): string =>
    n === 0 ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0);
  const line = (texts: readonly string[]): string => `| ${texts.map(pad).join(' | ')} |\n`;
  const ruler = keys.map((_, n) => (n === 0 ? '-' : '-:').padStart(widths[n] ?? 0, '-'));
  const [head = [], ...body] = cells;
  return [head, ruler, ...body].map(line).join('');
}
