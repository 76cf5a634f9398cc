import type { ChangedFrame } from '../core/answers/changes.js';
import type { Side } from '../core/answers/diff.js';
import { writeRows } from './rows.js';

const columns = [
  ...['video', 'frame', 'time'].map((key) => ({ key, header: key })),
  ...['from', 'to'].flatMap((side) =>
    [
      ['label', 'Label'],
      ['classIndex', 'ClassIndex'],
      ['confidence', 'Confidence'],
    ].map(([field = '', title = '']) => ({ key: `${side}.${field}`, header: `${side}${title}` })),
  ),
  ...['a', 'b'].map((key) => ({ key, header: key })),
];

/**
 * Writes one changed frame per line, with the names of the versions. Frames beyond the limit are read all the same, to count them.
 * @returns false if stdout did not take all of them
 */
export async function writeChangedFrames(
  frames: AsyncIterable<ChangedFrame>,
  format: 'ndjson' | 'csv',
  limit: number,
  [{ id: a }, { id: b }]: readonly [Side, Side],
): Promise<boolean> {
  const rows = async function* () {
    let count = 0;
    for await (const frame of frames) if (count++ < limit) yield { ...frame, a, b };
  };
  return writeRows(rows(), format, columns);
}
