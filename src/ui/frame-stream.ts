import type { Question } from '../core/answers/ask.js';
import { summing } from '../core/answers/frames.js';
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
  question: Pick<Question, 'topK' | 'rank' | 'sum' | 'classes'>,
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
  const columns = columnsFor(question);
  if (format === 'parquet') await writeParquet(flat(counted(), columns), columns);
  else await writeRows(counted(), format, columns);
  stored.warn(log);
  return count;
}

interface Column extends ParquetColumn {
  readonly key: string;
  readonly header: string;
  readonly of: (frame: Summed) => unknown;
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

function columnsFor({ topK = 1, sum = false }: Pick<Question, 'topK' | 'sum'>): Column[] {
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
  const summed = sum ? [column('sum', 'sum', 'DOUBLE', (frame: Summed) => frame.sum)] : [];
  return [...first, ...summed, ...others];
}

function column(key: string, name: string, type: ParquetType, of: Column['of']): Column {
  return { key, header: name, name, type, of };
}

async function* flat(
  frames: AsyncIterable<Summed>,
  columns: readonly Column[],
): AsyncGenerator<Record<string, unknown>> {
  for await (const frame of frames)
    yield Object.fromEntries(columns.map(({ name, of }) => [name, of(frame)]));
}
