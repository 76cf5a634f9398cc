import Table from 'cli-table3';
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

/** Aligned columns without borders, numbers to the right, `-` for null. Easy to read, and can be split at white space. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const numeric = head.map((_, column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'));
  const table = new Table({
    head: [...head],
    chars: none,
    colAligns: numeric.map((right) => (right ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => row.map(textOf)));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
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
  const excess = Math.max(...table.split('\n').map((line) => stringWidth(line))) - width;
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
  const room = Math.max(
    minText,
    stringWidth(cut),
    Math.max(...texts.map((text) => stringWidth(text))) - excess,
  );
  const shorter = rows.map((row, n) => row.with(column, cutTo(room, texts[n] ?? '')));
  return renderTableWithin(width, head, shorter, [], whole);
}

/** A shorter rest of a text would be meaningless. */
const minText = 8;

function textOf(cell: Cell): string {
  return cell === null ? '-' : harmless(String(cell));
}
