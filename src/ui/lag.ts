import type { PartitionLag } from '../core/stream/port.js';
import { renderTable, type Cell } from './table.js';

const head = [
  'GROUP',
  'TOPIC',
  'PARTITION',
  'CURRENT-OFFSET',
  'LOG-END-OFFSET',
  'LAG',
  'CONSUMER-ID',
  'HOST',
] as const;

/** The columns of kafka-consumer-groups.sh, and a total. */
export function renderLag(group: string, partitions: readonly PartitionLag[], total: number): string {
  const rows = partitions.map((row): Cell[] => [
    group,
    row.topic,
    row.partition,
    row.currentOffset,
    row.logEndOffset,
    row.lag,
    row.consumerId,
    row.host,
  ]);
  return renderTable(head, [...rows, ['TOTAL', '', '', '', '', total, '', '']]);
}
