import { pMapIterable } from 'p-map';
import { batches } from './batch.js';
import { processBatch, type BatchResult } from './process-batch.js';
import type { Classifier } from './classifier/port.js';
import type { Log } from './log.js';
import type { RecordStore } from './store/port.js';
import type { FrameStream } from './stream/port.js';

export interface ConsumePorts {
  readonly stream: FrameStream;
  readonly store: RecordStore;
  /** One member of the group for each. */
  readonly classifiers: readonly Classifier[];
  readonly log: Log;
}

export interface ConsumeOptions {
  readonly group: string;
  readonly batchSize: number;
  readonly lingerMs: number;
  readonly topK: number;
  /** Stops receiving; what is in work is finished, stored and settled. */
  readonly signal: AbortSignal;
  readonly onBatch?: (result: BatchResult) => void;
}

export interface ConsumeTotals {
  readonly frames: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly deadLettered: number;
  readonly batches: number;
  /** From the first batch received to the last one settled. */
  readonly seconds: number;
}

/** While one batch is in inference the next is received and the one before is stored. */
const batchesInWork = 2;

/**
 * receive ──▶ batch ──▶ classify ──▶ store ──▶ settle, in one member of the group per classifier, until `signal`.
 * Nothing is settled before it is stored or dead-lettered. Resolves when all members have left the group.
 */
export async function consume(ports: ConsumePorts, options: ConsumeOptions): Promise<ConsumeTotals> {
  const totals = { frames: 0, stored: 0, duplicates: 0, deadLettered: 0, batches: 0, seconds: 0 };
  let startedAt: number | undefined;
  const onBatch = (result: BatchResult): void => {
    startedAt ??= result.startedAt;
    totals.frames += result.frames;
    totals.stored += result.stored;
    totals.duplicates += result.duplicates;
    totals.deadLettered += result.deadLettered;
    totals.batches += 1;
    totals.seconds = (Date.now() - startedAt) / 1000;
    options.onBatch?.(result);
  };
  // A member that fails takes the others down with it, each of them after finishing what it has in work.
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const members = ports.classifiers.map(async (classifier) => {
    try {
      await runMember(ports, classifier, { ...options, signal, onBatch });
    } catch (error) {
      failure.abort(error);
      throw error;
    }
  });
  const outcomes = await Promise.allSettled(members);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return totals;
}

async function runMember(
  ports: ConsumePorts,
  classifier: Classifier,
  options: ConsumeOptions & { readonly onBatch: (result: BatchResult) => void },
): Promise<void> {
  const { group, batchSize, lingerMs, signal, onBatch } = options;
  await using subscription = await ports.stream.subscribe({ group, signal, prefetch: batchSize });
  const received = batches(subscription.deliveries, { size: batchSize, lingerMs });
  const context = { ...ports, classifier, topK: options.topK, signal };
  const results = pMapIterable(received, (batch) => processBatch(batch, context), {
    concurrency: batchesInWork,
  });
  for await (const result of results) onBatch(result);
}
