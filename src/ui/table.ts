import Table, { type TableConstructorOptions } from 'cli-table3';
import stringWidth from 'string-width';
import { cutTo, harmless } from './units.js';

export type Cell = string | number | null;

const none = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** cli-table3 takes time with the square of the number of rows. */
const rowsAtOnce = 100;

/** Aligned columns without borders, numbers to the right, `-` for null. Easy to read, and can be split at white space. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'));
  const colAligns = numeric.map((right) => (right ? 'right' : 'left'));
  const texts = rows.map((row) => row.map(textOf));
  if (rows.length <= rowsAtOnce) return draw(texts, { head: [...head], colAligns });
  const colWidths = head.map((title, column) => widest([title, ...texts.map((row) => row[column] ?? '')]));
  const parts = [draw([], { head: [...head], colAligns, colWidths })];
  for (let n = 0; n < texts.length; n += rowsAtOnce)
    parts.push(draw(texts.slice(n, n + rowsAtOnce), { colAligns, colWidths }));
  return parts.join('\n');
}

function draw(rows: string[][], options: Omit<TableConstructorOptions, 'chars' | 'style'>): string {
  const style = { head: [], border: [], 'padding-left': 0, 'padding-right': 0 };
  const table = new Table({ ...options, chars: none, style });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A loop, because a function takes fewer arguments than a table may have rows. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0);
}

/**
 * Like `renderTable`, but fits into `width`: it omits `dispensable` columns in their order and, if that is not enough, cuts the texts
 * of `cuttable` ones.
 */
export function renderTableWithin(
  width: number,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  dispensable: readonly string[],
  cuttable: readonly string[] = [],
): string {
  const table = renderTable(head, rows);
  const excess = widest(table.split('\n')) - width;
  if (excess <= 0) return table;
  const [[next, ...others], [cut, ...whole]] = [dispensable, cuttable];
  if (next !== undefined) {
    const left = head.indexOf(next);
    const without = rows.map((row) => row.toSpliced(left, 1));
    return renderTableWithin(width, head.toSpliced(left, 1), without, others, cuttable);
  }
  if (cut === undefined) return table;
  const column = head.indexOf(cut);
  const texts = rows.map((row) => textOf(row[column] ?? null));
  const room = Math.max(minText, stringWidth(cut), widest(texts) - excess);
  const shorter = rows.map((row, n) => row.with(column, cutTo(room, texts[n] ?? '')));
  return renderTableWithin(width, head, shorter, [], whole);
}

/** A shorter rest of a text would be meaningless. */
const minText = 8;

function textOf(cell: Cell): string {
  return cell === null ? '-' : harmless(String(cell));
}
