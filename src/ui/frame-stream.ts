import type { Log } from '../core/base/log.js';
import type { FrameRecord } from '../core/frames/frame.js';
import { StoredPredictions } from './predictions.js';
import { writeParquet, type ParquetColumn, type ParquetType } from './parquet.js';
import { writeRows } from './rows.js';

/** Formats that are written while the frames are read. */
export type StreamFormat = 'ndjson' | 'csv' | 'parquet';

/** Writes one frame per line, or per row. @returns the number of frames */
export async function writeFrames(
  frames: AsyncIterable<FrameRecord>,
  format: StreamFormat,
  topK: number | undefined,
  log: Log,
): Promise<number> {
  const stored = new StoredPredictions(topK);
  let count = 0;
  const counted = async function* (): AsyncGenerator<FrameRecord> {
    for await (const frame of frames) {
      count++;
      stored.add(frame);
      yield topK === undefined || !frame.top ? frame : { ...frame, top: frame.top.slice(0, topK) };
    }
  };
  const columns = columnsFor(topK ?? 1);
  if (format === 'parquet') await writeParquet(flat(counted(), columns), columns);
  else await writeRows(counted(), format, columns);
  stored.warn(log);
  return count;
}

interface Column extends ParquetColumn {
  readonly key: string;
  readonly header: string;
  readonly of: (frame: FrameRecord) => unknown;
}

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

function columnsFor(topK: number): Column[] {
  const first = Object.entries(fields).map(([key, type]) =>
    column(key, key, type, (frame) => frame[key as keyof typeof fields]),
  );
  const others = Array.from({ length: topK - 1 }, (_, index) => index + 1).flatMap((index) => [
    column(`top[${index}].label`, `label${index + 1}`, 'STRING', ({ top }) => top?.[index]?.label),
    column(
      `top[${index}].confidence`,
      `confidence${index + 1}`,
      'DOUBLE',
      ({ top }) => top?.[index]?.confidence,
    ),
  ]);
  return [...first, ...others];
}

function column(key: string, name: string, type: ParquetType, of: Column['of']): Column {
  return { key, header: name, name, type, of };
}

async function* flat(
  frames: AsyncIterable<FrameRecord>,
  columns: readonly Column[],
): AsyncGenerator<Record<string, unknown>> {
  for await (const frame of frames)
    yield Object.fromEntries(columns.map(({ name, of }) => [name, of(frame)]));
}
