import { pipeline } from 'node:stream/promises';
import type { Log } from '../core/base/log.js';
import type { FrameRecord } from '../core/frames/frame.js';
import { isOutputFailure } from './output.js';
import { StoredPredictions } from './predictions.js';

/**
 * Writes one frame per line as they arrive, no faster than the reader. An error of stdout ends it, and is reported at the end of the process.
 * @returns the number of frames
 */
export async function writeFrames(
  frames: AsyncIterable<FrameRecord>,
  format: 'ndjson' | 'csv',
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
  const lines = format === 'csv' ? await csv(topK ?? 1) : ndjson;
  try {
    await pipeline(counted, lines, process.stdout, { end: false });
  } catch (error) {
    if (!isOutputFailure(error)) throw error;
  }
  stored.warn(log);
  return count;
}

/** Writes many lines at a time, because a system call per line would cost more than everything else. */
const lineBatch = 256;

async function* ndjson(frames: AsyncIterable<FrameRecord>): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const frame of frames) {
    lines.push(`${JSON.stringify(frame)}\n`);
    if (lines.length < lineBatch) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

async function csv(topK: number) {
  // Loaded on demand, because other commands do not need it.
  const { stringify } = await import('csv-stringify');
  const others = Array.from({ length: topK - 1 }, (_, index) => index + 1).flatMap((index) => [
    { key: `top[${index}].label`, header: `label${index + 1}` },
    { key: `top[${index}].confidence`, header: `confidence${index + 1}` },
  ]);
  const fields = [
    'video',
    'frame',
    'time',
    'label',
    'classIndex',
    'confidence',
    'model',
    'processedAt',
    'modelVersion',
  ];
  return stringify({
    header: true,
    columns: [...fields.map((key) => ({ key, header: key })), ...others],
    // A spreadsheet would execute text that begins with = or @, so it is prefixed with '.
    escape_formulas: true,
    cast: { date: (value) => value.toISOString() },
  });
}
