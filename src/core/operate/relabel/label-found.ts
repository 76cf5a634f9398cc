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

/** A batch in progress, and the frames in it. */
interface InProgress {
  readonly frames: ReadonlySet<string>;
  readonly done: Promise<unknown>;
}

/** Classifies and stores the frames that the results of a network lack, each once, and skips the others. */
export async function labelFound(
  frames: AsyncIterable<FoundFrame>,
  network: Network,
  options: LabelFoundOptions,
): Promise<void> {
  const { batchSize, signal } = options;
  const found = batches(frames, { batchSize, lingerMs });
  const inProgress = new Set<InProgress>();
  const work = (batch: readonly FoundFrame[]): Promise<void> => {
    const done = labelOnce(batch, [...inProgress], (some) => labelBatch(some, network, options));
    const own = { frames: new Set(batch.map(keyOf)), done };
    inProgress.add(own);
    return done.finally(() => inProgress.delete(own));
  };
  try {
    for await (const _ of pMapIterable(found, work, { concurrency: batchesInProgress }))
      signal.throwIfAborted();
  } finally {
    // Another batch may still use the classifier and the database.
    await Promise.allSettled(Array.from(inProgress, ({ done }) => done));
  }
}

/**
 * A topic may have a frame several times, and a frame in progress has no record yet. So repeated frames wait for the first one: it then has
 * a record, unless its picture was bad.
 */
async function labelOnce(
  batch: readonly FoundFrame[],
  earlier: readonly InProgress[],
  classify: (some: readonly FoundFrame[]) => Promise<void>,
): Promise<void> {
  const begun = new Set(earlier.flatMap(({ frames }) => [...frames]));
  const [first, repeated]: [FoundFrame[], FoundFrame[]] = [[], []];
  for (const found of batch) {
    (begun.has(keyOf(found)) ? repeated : first).push(found);
    begun.add(keyOf(found));
  }
  await classify(first);
  if (repeated.length === 0) return;
  await Promise.allSettled(earlier.map(({ done }) => done));
  await labelOnce(repeated, [], classify);
}

function keyOf({ content: { video, frame } }: FoundFrame): string {
  return `${video} ${frame}`;
}

async function labelBatch(
  batch: readonly FoundFrame[],
  network: Network,
  options: LabelFoundOptions,
): Promise<void> {
  const { store } = network;
  const lacking: FoundFrame[] = [];
  for (const [video, some] of groupBy(batch, ({ content }) => content.video)) {
    const numbers = some.map(({ content }) => content.frame);
    const stored = await untilItWorks(() => store.predictionsOf(video, numbers), options);
    const enough = options.topK ?? 1;
    lacking.push(...some.filter(({ content }) => (stored.get(content.frame) ?? 0) < enough));
  }
  if (lacking.length === 0) return;
  for (const { content } of lacking) await untilItWorks(() => store.claim(content), options);
  const labelled = await label(network, lacking, { ...options, replace: options.topK !== undefined });
  const dead = labelled.bad.map(({ item: { content, origin = noOrigin }, reason }) => {
    return { video: content.video, frame: content.frame, reason, origin, at: new Date() };
  });
  if (dead.length > 0) await untilItWorks(() => store.noteDeadLetters(dead), options);
  for (const [video, count] of labelled.videos) options.onStored(video, count);
}
