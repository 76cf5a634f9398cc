import { pipeline } from 'node:stream/promises';
import { isOutputFailure } from './output.js';

interface Column {
  /** The path of the value in a row: `label`, `top[1].label`. */
  readonly key: string;
  readonly header: string;
}

/**
 * Writes one row per line as they arrive, no faster than the reader. An error of stdout ends it, and is reported at the end of the
 * process.
 *
 * @returns false if stdout did not take all of them
 */
export async function writeRows<T>(
  rows: AsyncIterable<T>,
  format: 'ndjson' | 'csv',
  columns: readonly Column[],
): Promise<boolean> {
  const lines = format === 'csv' ? await csv(columns) : ndjson;
  try {
    await pipeline(rows, lines, process.stdout, { end: false });
    return true;
  } catch (error) {
    if (!isOutputFailure(error)) throw error;
    return false;
  }
}

/** Writes many lines at a time, because a system call per line would cost more than everything else. */
const lineBatch = 256;

async function* ndjson(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length < lineBatch) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

async function csv(columns: readonly Column[]) {
  // Loaded on demand, because other commands do not need it.
  const { stringify } = await import('csv-stringify');
  return stringify({
    header: true,
    columns: [...columns],
    // A spreadsheet would execute text that begins with = or @, so it is prefixed with '.
    escape_formulas: true,
    cast: { date: (value) => value.toISOString() },
  });
}
