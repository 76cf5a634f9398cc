import { pMapIterable } from 'p-map';
import { batches } from '../../base/batch.js';
import { groupBy } from '../../base/group-by.js';
import type { RetryOptions } from '../../base/retry.js';
import { untilItWorks } from '../../base/retry.js';
import { label, type Network } from '../../consume/network.js';
import type { FoundFrame } from './frames.js';

export interface LabelFoundOptions extends RetryOptions {
  readonly batchSize: number;
  /** Records with fewer predictions are written again; without it, only frames without a record are classified. */
  readonly topK?: number | undefined;
  readonly onStored: (video: string, frames: number) => void;
}

/** While one batch is in inference, the next one is read. */
const batchesInProgress = 2;
const lingerMs = 500;
/** Where a dead letter has no message. */
const noOrigin = { topic: 'source file', partition: 0, offset: '0' };

/** Classifies and stores the frames that the results of a network lack, and skips the others. */
export async function labelFound(
  frames: AsyncIterable<FoundFrame>,
  network: Network,
  options: LabelFoundOptions,
): Promise<void> {
  const { batchSize, onStored, signal } = options;
  const found = batches(frames, { batchSize, lingerMs });
  const inProgress = new Set<Promise<unknown>>();
  const work = (batch: readonly FoundFrame[]): Promise<ReadonlyMap<string, number>> => {
    const working = labelBatch(batch, network, options);
    inProgress.add(working);
    return working.finally(() => inProgress.delete(working));
  };
  try {
    for await (const stored of pMapIterable(found, work, { concurrency: batchesInProgress })) {
      for (const [video, count] of stored) onStored(video, count);
      signal.throwIfAborted();
    }
  } finally {
    // Another batch may still use the classifier and the database.
    await Promise.allSettled(inProgress);
  }
}

async function labelBatch(
  batch: readonly FoundFrame[],
  network: Network,
  options: LabelFoundOptions,
): Promise<ReadonlyMap<string, number>> {
  const { store } = network;
  const lacking: FoundFrame[] = [];
  for (const [video, some] of groupBy(batch, ({ content }) => content.video)) {
    const numbers = some.map(({ content }) => content.frame);
    const stored = await untilItWorks(() => store.predictionsOf(video, numbers), options);
    const enough = options.topK ?? 1;
    lacking.push(...some.filter(({ content }) => (stored.get(content.frame) ?? 0) < enough));
  }
  if (lacking.length === 0) return new Map();
  for (const { content } of lacking) await untilItWorks(() => store.claim(content), options);
  const labelled = await label(network, lacking, { ...options, replace: options.topK !== undefined });
  const dead = labelled.bad.map(({ item: { content, origin = noOrigin }, reason }) => {
    return { video: content.video, frame: content.frame, reason, origin, at: new Date() };
  });
  if (dead.length > 0) await untilItWorks(() => store.noteDeadLetters(dead), options);
  return labelled.videos;
}
