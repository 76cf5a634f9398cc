import type { PartitionReset } from '../core/stream/admin-port.js';
import { plural } from '../core/base/text.js';
import { renderTable } from './table.js';

export function renderReset(partitions: readonly PartitionReset[]): string {
  const rows = partitions.map(({ partition, currentOffset, newOffset, logEndOffset }) => [
    partition,
    currentOffset,
    newOffset,
    logEndOffset,
    logEndOffset - newOffset,
  ]);
  return renderTable(['PARTITION', 'CURRENT-OFFSET', 'NEW-OFFSET', 'LOG-END-OFFSET', 'NEW-LAG'], rows);
}

/** "12 messages to be read again, 3 messages skipped" */
export function summariseReset(partitions: readonly PartitionReset[]): string {
  // Without an offset, or with one that retention has deleted, a group would begin with the first message.
  const moves = partitions.map(
    ({ currentOffset, newOffset, logStartOffset }) =>
      newOffset - Math.max(currentOffset ?? 0, logStartOffset),
  );
  const skipped = moves.reduce((sum, move) => sum + Math.max(0, move), 0);
  const again = moves.reduce((sum, move) => sum + Math.max(0, -move), 0);
  const first = partitions.filter(({ currentOffset }) => currentOffset === null).length;
  const said = [
    ...(again > 0 ? [`${plural(again, 'message')} to be read again`] : []),
    ...(skipped > 0 ? [`${plural(skipped, 'message')} skipped`] : []),
    ...(first > 0 ? [`a first offset on ${plural(first, 'partition')}`] : []),
  ];
  return said.length > 0 ? said.join(', ') : 'already there';
}
