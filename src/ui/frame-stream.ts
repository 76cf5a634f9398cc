import type { Log } from '../core/base/log.js';
import type { FrameRecord } from '../core/frames/frame.js';
import { StoredPredictions } from './predictions.js';
import { writeRows } from './rows.js';

/** Writes one frame per line. @returns the number of frames */
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
  await writeRows(counted(), format, columnsFor(topK ?? 1));
  stored.warn(log);
  return count;
}

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

function columnsFor(topK: number) {
  const others = Array.from({ length: topK - 1 }, (_, index) => index + 1).flatMap((index) => [
    { key: `top[${index}].label`, header: `label${index + 1}` },
    { key: `top[${index}].confidence`, header: `confidence${index + 1}` },
  ]);
  return [...fields.map((key) => ({ key, header: key })), ...others];
}
