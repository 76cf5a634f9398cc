import { classifyBatch } from './classify-batch.js';
import { decode, type Decoded } from '../stream/codec.js';
import { MvsError } from '../base/errors.js';
import type { Frame, FrameRecord, VideoRun } from '../frames/frame.js';
import { groupBy } from '../base/group-by.js';
import type { MemberOptions, MemberPorts } from './options.js';
import { reject, type BadMessage } from './reject.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';
import { secondsSince, type Stage } from '../base/stage.js';
import type { SaveResult } from '../store/port.js';
import type { Delivery } from '../stream/port.js';

export type BatchContext = RetryOptions &
  MemberPorts &
  Pick<MemberOptions, 'topK' | 'onBadFrame' | 'onStage' | 'group'>;

export interface BatchResult extends SaveResult {
  readonly frames: number;
  readonly deadLettered: number;
  readonly skipped: number;
  /** The frames of this batch that are in the store now, by video, whichever consumer stored them. */
  readonly videos: ReadonlyMap<string, number>;
  /** When those frames were published. */
  readonly publishedAt: readonly Date[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

interface Received<T> {
  readonly delivery: Delivery;
  readonly content: T;
}

/**
 * classify ──▶ store ──▶ settle for one batch. Rejects bad data as `onBadFrame` says, and waits for an unavailable store,
 * broker or engine. If the wait is cut short, it throws, and has settled only what is safe.
 */
export async function processBatch(batch: readonly Delivery[], context: BatchContext): Promise<BatchResult> {
  const startedAt = Date.now();
  const bad: BadMessage[] = [];
  const decoded = await withoutConflicts(decodeAll(batch, bad), bad, context);
  const frames = decoded.flatMap(({ delivery, content }) =>
    content.type === 'frame' ? [{ delivery, content: content.frame }] : [],
  );
  const lap = laps(context);
  const records = await classify(frames, bad, context);
  lap('decode_infer', records.length);

  const wait = <T>(work: () => Promise<T>): Promise<T> => untilItWorks(work, context);
  const saved =
    records.length > 0 ? await wait(() => context.store.save(records)) : { stored: 0, duplicates: 0 };
  lap('store', records.length);
  for (const { content } of decoded) {
    if (content.type === 'end') await wait(() => context.store.finish(content.end));
  }
  const left = new Set(bad.map(({ delivery }) => delivery));
  for (const delivery of batch) if (!left.has(delivery)) delivery.settle();
  await reject(bad, context);
  for (const delivery of left) delivery.settle();
  lap('settle', batch.length);
  const rejected = { deadLettered: 0, skipped: 0 };
  rejected[context.onBadFrame === 'skip' ? 'skipped' : 'deadLettered'] = bad.length;
  const byVideo = groupBy(records, ({ video }) => video);
  const videos = new Map([...byVideo].map(([video, { length }]) => [video, length]));
  const publishedAt = frames.flatMap(({ delivery }) => (left.has(delivery) ? [] : [delivery.publishedAt]));
  return { ...saved, ...rejected, frames: frames.length, videos, publishedAt, startedAt };
}

/** Reports the duration of each stage that had any work. */
function laps({ onStage }: BatchContext): (stage: Stage, items: number) => void {
  let since = performance.now();
  return (stage, items) => {
    if (items > 0) onStage?.(stage, secondsSince(since), items);
    since = performance.now();
  };
}

function decodeAll(batch: readonly Delivery[], bad: BadMessage[]): Received<Decoded>[] {
  return batch.flatMap((delivery) => {
    try {
      return [{ delivery, content: decode(delivery.message) }];
    } catch (error) {
      if (!(error instanceof MvsError)) throw error;
      bad.push({ delivery, reason: error.message });
      return [];
    }
  });
}

/** Rejects frames under a name that belongs to other content, so that two videos are never mixed. */
async function withoutConflicts(
  received: readonly Received<Decoded>[],
  bad: BadMessage[],
  context: BatchContext,
): Promise<Received<Decoded>[]> {
  const runOf = ({ content }: Received<Decoded>): VideoRun =>
    content.type === 'frame' ? content.frame : content.end;
  const groups = groupBy(received, (item) => {
    const { video, fingerprint, sampling } = runOf(item);
    return [video, fingerprint, sampling].join(' ');
  });
  const accepted: Received<Decoded>[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const { video, fingerprint, sampling } = runOf(first);
    try {
      await untilItWorks(() => context.store.claim({ video, fingerprint, sampling }), context);
      accepted.push(...group);
    } catch (error) {
      if (!(error instanceof MvsError && error.code === 'VIDEO_CONFLICT')) throw error;
      for (const { delivery } of group) bad.push({ delivery, reason: error.message });
    }
  }
  return accepted;
}

async function classify(
  frames: readonly Received<Frame>[],
  bad: BadMessage[],
  context: BatchContext,
): Promise<FrameRecord[]> {
  if (frames.length === 0) return [];
  const { classifier, topK } = context;
  const pictures = frames.map(({ content }) => content.jpeg);
  const answers = await classifyBatch(classifier, pictures, topK, context);
  const processedAt = new Date();
  return frames.flatMap(({ delivery, content: { video, frame, time } }, index) => {
    const answer = answers[index];
    if (answer === undefined)
      throw new MvsError('BUG', 'the classifier returned fewer answers than pictures');
    if ('badFrame' in answer) {
      bad.push({ delivery, reason: answer.badFrame, frame: { video, frame } });
      return [];
    }
    const [best] = answer.predictions;
    if (best === undefined) throw new MvsError('BUG', 'the classifier returned no prediction for a frame');
    const top = topK > 1 ? { top: answer.predictions } : {};
    return [{ video, frame, ...best, time, model: classifier.model, processedAt, ...top }];
  });
}
