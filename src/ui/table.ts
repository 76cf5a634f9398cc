import Table from 'cli-table3';
import { harmless } from './units.js';

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

/** Aligned columns without borders, numbers to the right, `-` for null: reads well and splits on white space. */
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

function textOf(cell: Cell): string {
  return cell === null ? '-' : harmless(String(cell));
}
