import type { BasicType, ColumnSource } from 'hyparquet-writer';
import { MvsError } from '../core/base/errors.js';
import { isOutputFailure } from './output.js';

/** A column, and the type of its values; every value may be missing. */
export type ParquetColumn = Required<Pick<ColumnSource, 'name' | 'type'>>;
export type ParquetType = BasicType;

/** Rows in memory at a time. Readers skip whole groups by their statistics. */
const rowGroupSize = 10_000;

/** @throws MvsError USAGE if stdout is a terminal */
export function mustTakeBytes(): void {
  if (!process.stdout.isTTY) return;
  throw new MvsError('USAGE', 'a terminal cannot show the format parquet', {
    hint: 'Redirect the output to a file: mvs query --format parquet > frames.parquet.',
  });
}

/**
 * Writes rows to stdout as a Parquet file (Snappy), no faster than the reader. An error of stdout ends it, and is reported at the end of
 * the process.
 */
export async function writeParquet(
  rows: AsyncIterable<Record<string, unknown>>,
  columns: readonly ParquetColumn[],
): Promise<void> {
  // Loaded on demand, because other commands do not need it.
  const { ByteWriter, parquetWriteRows } = await import('hyparquet-writer');
  const bytes = new ByteWriter();
  const flush = (): Promise<void> => {
    const chunk = bytes.getBytes().slice();
    bytes.index = 0;
    return send(chunk);
  };
  const writer = Object.assign(bytes, { flush, finish: flush });
  const described = columns.map(({ name, type }) => ({ name, type, nullable: true, offsetIndex: false }));
  try {
    await parquetWriteRows({ writer, rows, columns: described, rowGroupSize, createdBy: 'mvs' });
  } catch (error) {
    if (!isOutputFailure(error)) throw error;
  }
}

function send(chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
