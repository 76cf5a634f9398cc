import { writeFileSync } from 'node:fs';

/** What only some suites measure. */
export interface Measured {
  /** Frames that another client finds in the topic. */
  readonly inTopic?: number;
  /** The longest time, in seconds, in which no record was stored though there were frames to store. */
  readonly standstill?: number;
}

/** What one fault did. */
export interface Row extends Measured {
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
  inTopic: 'In the topic',
  standstill: 'Longest standstill (s)',
} as const satisfies Record<keyof Row, string>;

const rows: Row[] = [];

export function noteRow(row: Row): void {
  rows.push(row);
}

/**
 * Prints what was noted.
 * @param variable may name a file without its ending: the table goes to that .md and .json too
 * @param suffix of the name, where several files have a table each
 */
export function publishTable(seed: number, variable: string, suffix = ''): void {
  const table = markdown();
  console.log(`\nseed ${seed}\n\n${table}`);
  const given = process.env[variable];
  if (!given) return;
  const path = `${given}${suffix}`;
  writeFileSync(`${path}.md`, table);
  writeFileSync(`${path}.json`, `${JSON.stringify({ seed, rows }, undefined, 2)}\n`);
}

function markdown(): string {
  const all = Object.keys(columns) as (keyof Row)[];
  const keys = all.filter((key) => rows.some((row) => row[key] !== undefined));
  const cells = [keys.map((key) => columns[key]), ...rows.map((row) => keys.map((key) => textOf(row[key])))];
  const widths = keys.map((_, n) => Math.max(...cells.map((line) => line[n]?.length ?? 0)));
  const pad = (text: string, n: number): string =>
    n === 0 ? text.padEnd(widths[n] ?? 0) : text.padStart(widths[n] ?? 0);
  const line = (texts: readonly string[]): string => `| ${texts.map(pad).join(' | ')} |\n`;
  const ruler = keys.map((_, n) => (n === 0 ? '-' : '-:').padStart(widths[n] ?? 0, '-'));
  const [head = [], ...body] = cells;
  return [head, ruler, ...body].map(line).join('');
}

function textOf(value: string | number | undefined): string {
  return value === undefined ? '' : String(value);
}
