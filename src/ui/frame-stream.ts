import type { Question } from '../core/answers/ask.js';
import { summing } from '../core/answers/frames.js';
import type { Log } from '../core/base/log.js';
import type { FrameRecord } from '../core/frames/frame.js';
import { objectChooser } from '../core/store/object-filter.js';
import type { FrameFilter } from '../core/store/port.js';
import { StoredPredictions } from './predictions.js';
import { writeParquet, type ParquetColumn, type ParquetType } from './parquet.js';
import { writeRows } from './rows.js';

/** Formats that are written while the frames are read. */
export type StreamFormat = 'ndjson' | 'csv' | 'parquet';

type Asked = Pick<Question, 'topK'> & FrameFilter;

interface StreamHow {
  readonly format: StreamFormat;
  /** A row for each object that fits, with its box, instead of one for the frame. */
  readonly objects: boolean;
}

/** Writes one frame per line, or per row. @returns the number of frames */
export async function writeFrames(
  frames: AsyncIterable<FrameRecord>,
  { format, objects }: StreamHow,
  question: Asked,
  log: Log,
): Promise<number> {
  const { topK } = question;
  const stored = new StoredPredictions(question);
  const sumOf = summing(question);
  let count = 0;
  const counted = async function* (): AsyncGenerator<Summed> {
    for await (const frame of frames) {
      count++;
      stored.add(frame);
      const sum = sumOf(frame);
      yield topK === undefined || !frame.top
        ? { ...frame, ...sum }
        : { ...frame, ...sum, top: frame.top.slice(0, topK) };
    }
  };
  if (objects) await write(objectsOf(counted(), question), format, [...frameColumns(), ...placeColumns()]);
  else await write(counted(), format, columnsFor(question));
  stored.warn(log);
  return count;
}

async function write<T>(
  rows: AsyncIterable<T>,
  format: StreamFormat,
  columns: readonly Column<T>[],
): Promise<void> {
  if (format === 'parquet') await writeParquet(flat(rows, columns), columns);
  else await writeRows(rows, format, columns);
}

interface Column<T> extends ParquetColumn {
  readonly key: string;
  readonly header: string;
  readonly of: (row: T) => unknown;
}

const place = ['x', 'y', 'width', 'height'] as const;

type ObjectRow = Omit<FrameRecord, 'top' | 'objects'> & Readonly<Record<(typeof place)[number], number>>;

/** One row for each object that fits. Frames without objects have none. */
async function* objectsOf(
  frames: AsyncIterable<FrameRecord>,
  filter: FrameFilter,
): AsyncGenerator<ObjectRow> {
  const choose = objectChooser(filter);
  for await (const { top: _top, objects = [], ...frame } of frames) {
    for (const { box, ...prediction } of choose({ objects })) {
      const [x, y, width, height] = box;
      yield { ...frame, ...prediction, x, y, width, height };
    }
  }
}

type Summed = FrameRecord & { readonly sum?: number };

const fields = {
  video: 'STRING',
  frame: 'INT32',
  time: 'DOUBLE',
  label: 'STRING',
  classIndex: 'INT32',
  confidence: 'DOUBLE',
  model: 'STRING',
  processedAt: 'TIMESTAMP',
  modelVersion: 'STRING',
} as const satisfies Partial<Record<keyof FrameRecord, ParquetType>>;

function frameColumns(): Column<Pick<FrameRecord, keyof typeof fields>>[] {
  return Object.entries(fields).map(([key, type]) =>
    column(key, key, type, (frame) => frame[key as keyof typeof fields]),
  );
}

function placeColumns(): Column<ObjectRow>[] {
  return place.map((key) => column(key, key, 'DOUBLE', (row) => row[key]));
}

function columnsFor({ topK = 1, sum = false }: Asked): Column<Summed>[] {
  const others = Array.from({ length: topK - 1 }, (_, index) => index + 1).flatMap((index) => [
    column<Summed>(`top[${index}].label`, `label${index + 1}`, 'STRING', ({ top }) => top?.[index]?.label),
    column<Summed>(
      `top[${index}].confidence`,
      `confidence${index + 1}`,
      'DOUBLE',
      ({ top }) => top?.[index]?.confidence,
    ),
  ]);
  const summed = sum ? [column<Summed>('sum', 'sum', 'DOUBLE', (frame) => frame.sum)] : [];
  return [...frameColumns(), ...summed, ...others];
}

function column<T>(key: string, name: string, type: ParquetType, of: Column<T>['of']): Column<T> {
  return { key, header: name, name, type, of };
}

async function* flat<T>(
  rows: AsyncIterable<T>,
  columns: readonly Column<T>[],
): AsyncGenerator<Record<string, unknown>> {
  for await (const row of rows) yield Object.fromEntries(columns.map(({ name, of }) => [name, of(row)]));
}
