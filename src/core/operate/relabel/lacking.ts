import { expectedFrames } from '../../answers/completeness.js';
import { predictionsIn } from '../../frames/frame.js';
import type { Results, VideoInfo } from '../../store/port.js';

/**
 * The expected frames of a video without a record, ascending, or with fewer predictions than `topK`. None if the end of the video has not
 * arrived, because the frames are then unknown.
 */
export async function* lacking(
  results: Pick<Results, 'frames' | 'frameNumbers'>,
  info: VideoInfo,
  topK: number | undefined,
): AsyncGenerator<number, void, void> {
  const expected = expectedFrames(info)?.[Symbol.iterator]();
  if (expected === undefined) return;
  let due = expected.next();
  for await (const frame of complete(results, info.video, topK)) {
    for (; due.done !== true && due.value < frame; due = expected.next()) yield due.value;
    if (due.done !== true && due.value === frame) due = expected.next();
  }
  for (; due.done !== true; due = expected.next()) yield due.value;
}

/** The frames that have a record with enough predictions. */
async function* complete(
  results: Pick<Results, 'frames' | 'frameNumbers'>,
  video: string,
  topK: number | undefined,
): AsyncGenerator<number> {
  if (topK === undefined) yield* results.frameNumbers(video);
  else
    for await (const record of results.frames(video)) if (predictionsIn(record) >= topK) yield record.frame;
}
