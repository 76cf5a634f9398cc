import stringWidth from 'string-width';
import type { GroupLag } from '../core/operate/lag.js';
import type { Pace } from '../core/operate/lag-pace.js';
import { renderTable, type Cell } from './table.js';
import { clock, harmless, rate } from './units.js';

/** The columns of kafka-consumer-groups.sh, and the age of the oldest frame. */
const columns = [
  'GROUP',
  'TOPIC',
  'PARTITION',
  'CURRENT-OFFSET',
  'LOG-END-OFFSET',
  'LAG',
  'LAG-SECONDS',
  'CONSUMER-ID',
  'HOST',
] as const;
type Column = (typeof columns)[number];

const uncounted = 'this stream does not count its messages; see docs/streams.md';

/** Columns that a narrow terminal omits, in this order. */
const dispensable: readonly Column[] = [
  'CONSUMER-ID',
  'GROUP',
  'HOST',
  'TOPIC',
  'CURRENT-OFFSET',
  'LOG-END-OFFSET',
];

/** One row for each partition, and a total. Columns that do not fit into `width` are omitted. */
export function renderLag(lag: GroupLag, width = Infinity): string {
  const rows = rowsOf(lag);
  for (let left = 0; ; left++) {
    const shown = columns.filter((column) => !dispensable.slice(0, left).includes(column));
    const cells = rows.map((row) => shown.map((column) => row[column]));
    const table = renderTable(shown, [...cells.slice(0, -1), ['TOTAL', ...(cells.at(-1) ?? []).slice(1)]]);
    if (left === dispensable.length || stringWidth(table.split('\n', 1)[0] ?? '') <= width) return table;
  }
}

function rowsOf({ group, partitions, total, lagSeconds }: GroupLag): Record<Column, Cell>[] {
  const rows = partitions.map((row) => ({
    GROUP: group,
    TOPIC: row.topic,
    PARTITION: row.partition,
    'CURRENT-OFFSET': row.currentOffset,
    'LOG-END-OFFSET': row.logEndOffset,
    LAG: row.lag,
    'LAG-SECONDS': row.lagSeconds,
    'CONSUMER-ID': row.consumerId,
    HOST: row.host,
  }));
  const blank = Object.fromEntries(columns.map((column) => [column, ''])) as Record<Column, Cell>;
  return [...rows, { ...blank, LAG: total, 'LAG-SECONDS': lagSeconds }];
}

/** A single reading: the table, and a note if there is nothing to count. */
export function renderLagOnce(lag: GroupLag, width?: number): string {
  const table = renderLag(lag, width);
  if (lag.total === null) return `${table}\n\n${uncounted}`;
  const isKnown = lag.partitions.some(
    ({ currentOffset, consumerId }) => currentOffset !== null || consumerId !== null,
  );
  return isKnown ? table : `${table}\n\nno group ${harmless(lag.group)} has read this topic yet`;
}

/** For a terminal, where it replaces the previous reading. */
export function renderWatchedLag(lag: GroupLag, width: number): string {
  return `${renderLag(lag, width)}\n\n${renderPace(lag)}`;
}

/** One line, for a file or a pipe: `12:00:01  115 frames behind, 38.2 s, 82.1 frames/s settled, …` */
export function renderLagLine(lag: GroupLag, at = new Date()): string {
  const { total, lagSeconds } = lag;
  const parts = [
    ...(total === null ? [] : [`${total} frames behind`]),
    ...(lagSeconds === null ? [] : [total === null ? `${lagSeconds} s behind` : `${lagSeconds} s`]),
    renderPace(lag),
  ];
  return `${at.toISOString()}  ${parts.join(', ')}`;
}

function renderPace({ pace, total }: GroupLag): string {
  if (total === null) return uncounted;
  if (!pace) return 'measuring the rate';
  const rates = `${rate(pace.settledPerSecond)} frames/s settled, ${rate(pace.publishedPerSecond)} frames/s published`;
  return `${rates}, ${total === 0 ? 'drained' : drainOf(pace)}`;
}

function drainOf({ secondsToDrain }: Pace): string {
  if (secondsToDrain === null) return 'not draining';
  return `drained in ${clock(secondsToDrain).replace(/\.\d$/, '')}`;
}
