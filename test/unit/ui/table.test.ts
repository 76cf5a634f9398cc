import { expect, test } from 'vitest';
import { renderTable, renderTableWithin } from '../../../src/ui/table.js';

test('texts are aligned to the left, numbers to the right, by the width that they have on a terminal', () => {
  const rows = [
    ['日本', 7, null],
    ['cat', 12, 'x'],
  ];
  expect(renderTable(['VIDEO', 'N', ''], rows)).toBe('VIDEO   N\n日本    7  -\ncat    12  x');
});

test('a table of many rows takes a moment', () => {
  const rows = Array.from({ length: 5000 }, (_, n) => [`video ${n}`, n]);
  const lines = renderTableWithin(10, ['VIDEO', 'FRAMES'], rows, ['FRAMES'], ['VIDEO']).split('\n');
  expect(lines).toHaveLength(5001);
  const whole = renderTable(['VIDEO', 'FRAMES'], rows).split('\n');
  expect(whole.slice(1)).toEqual(rows.map((_, n) => `${`video ${n}`.padEnd(10)}  ${String(n).padStart(6)}`));
});
