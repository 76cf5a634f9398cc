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
  return unlessStdoutFails(pipeline(rows, lines, process.stdout, { end: false }));
}

/** Like `writeRows`, for text in any form. */
export async function writePieces(pieces: AsyncIterable<string>): Promise<boolean> {
  return unlessStdoutFails(pipeline(inBatches(pieces), process.stdout, { end: false }));
}

async function unlessStdoutFails(writing: Promise<void>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (!isOutputFailure(error)) throw error;
    return false;
  }
}

async function* ndjson(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  const line = async function* (): AsyncGenerator<string> {
    for await (const row of rows) yield `${JSON.stringify(row)}\n`;
  };
  yield* inBatches(line());
}

/** Characters that are written at a time, because a system call per line would cost more than everything else. */
const enough = 64 * 1024;

async function* inBatches(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let batch = '';
  for await (const piece of pieces) {
    batch += piece;
    if (batch.length < enough) continue;
    yield batch;
    batch = '';
  }
  yield batch;
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
