import type { Classifier } from './classifier/port.js';
import { decode, type Decoded } from './codec.js';
import { MvsError } from './errors.js';
import type { Frame, FrameRecord } from './frame.js';
import { groupBy } from './group-by.js';
import type { Log } from './log.js';
import { untilItWorks } from './retry.js';
import type { RecordStore, SaveResult } from './store/port.js';
import type { Delivery, FrameStream } from './stream/port.js';

export interface BatchContext {
  readonly stream: FrameStream;
  readonly store: RecordStore;
  readonly classifier: Classifier;
  readonly topK: number;
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface BatchResult extends SaveResult {
  readonly frames: number;
  readonly deadLettered: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

interface Received<T> {
  readonly delivery: Delivery;
  readonly content: T;
}

interface Rejected {
  readonly delivery: Delivery;
  readonly reason: Error;
}

/**
 * classify ──▶ store ──▶ settle for one batch. Bad data goes to the dead letters; a broken store, broker or engine is
 * waited for. Rejects, with nothing settled, when the waiting is cut short.
 */
export async function processBatch(batch: readonly Delivery[], context: BatchContext): Promise<BatchResult> {
  const startedAt = Date.now();
  const rejected: Rejected[] = [];
  const decoded = await rejectConflicts(decodeAll(batch, rejected), rejected, context);
  const frames = decoded.flatMap(({ delivery, content }) =>
    content.type === 'frame' ? [{ delivery, content: content.frame }] : [],
  );
  const records = await classify(frames, rejected, context);

  const wait = <T>(work: () => Promise<T>): Promise<T> => untilItWorks(work, context);
  const saved =
    records.length > 0 ? await wait(() => context.store.save(records)) : { stored: 0, duplicates: 0 };
  for (const { content } of decoded) {
    if (content.type === 'end') await wait(() => context.store.finish(content.end));
  }
  for (const { delivery, reason } of rejected) {
    const { topic, partition, offset } = delivery.origin;
    context.log.warn(`dead letter: ${topic} partition ${partition} offset ${offset}: ${reason.message}`);
    await wait(() => context.stream.deadLetter(delivery, reason));
  }
  for (const delivery of batch) delivery.settle();
  return { ...saved, frames: frames.length, deadLettered: rejected.length, startedAt };
}

function decodeAll(batch: readonly Delivery[], rejected: Rejected[]): Received<Decoded>[] {
  return batch.flatMap((delivery) => {
    try {
      return [{ delivery, content: decode(delivery.message) }];
    } catch (error) {
      if (!(error instanceof MvsError)) throw error;
      rejected.push({ delivery, reason: error });
      return [];
    }
  });
}

/** Frames under a name that belongs to other content are never mixed in. */
async function rejectConflicts(
  received: readonly Received<Decoded>[],
  rejected: Rejected[],
  context: BatchContext,
): Promise<Received<Decoded>[]> {
  const identity = ({ content }: Received<Decoded>): Pick<Frame, 'video' | 'fingerprint'> =>
    content.type === 'frame' ? content.frame : content.end;
  const groups = groupBy(received, (item) => `${identity(item).fingerprint} ${identity(item).video}`);
  const accepted: Received<Decoded>[] = [];
  for (const group of groups.values()) {
    const [first] = group;
    if (!first) continue;
    const { video, fingerprint } = identity(first);
    try {
      await untilItWorks(() => context.store.claim(video, fingerprint), context);
      accepted.push(...group);
    } catch (error) {
      if (!(error instanceof MvsError && error.code === 'VIDEO_CONFLICT')) throw error;
      for (const { delivery } of group) rejected.push({ delivery, reason: error });
    }
  }
  return accepted;
}

async function classify(
  frames: readonly Received<Frame>[],
  rejected: Rejected[],
  context: BatchContext,
): Promise<FrameRecord[]> {
  if (frames.length === 0) return [];
  const { classifier, topK } = context;
  const pictures = frames.map(({ content }) => content.jpeg);
  const answers = await untilItWorks(() => classifier.classify(pictures, topK), context);
  const processedAt = new Date();
  return frames.flatMap(({ delivery, content: { video, frame, time } }, index) => {
    const answer = answers[index];
    if (answer === undefined)
      throw new MvsError('BUG', 'the classifier gave fewer answers than it was asked for');
    if ('badFrame' in answer) {
      rejected.push({ delivery, reason: new MvsError('BAD_MESSAGE', answer.badFrame) });
      return [];
    }
    const [best] = answer.predictions;
    if (best === undefined) throw new MvsError('BUG', 'the classifier gave no prediction for a frame');
    const top = topK > 1 ? { top: answer.predictions } : {};
    return [{ video, frame, ...best, time, model: classifier.model, processedAt, ...top }];
  });
}
