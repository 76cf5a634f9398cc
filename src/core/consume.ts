import { pMapIterable } from 'p-map';
import { batches } from './batch.js';
import { processBatch, type BatchResult } from './process-batch.js';
import type { Classifier } from './classifier/port.js';
import { MvsError } from './errors.js';
import type { Log } from './log.js';
import type { RecordStore } from './store/port.js';
import type { Delivery, FrameStream, Subscription } from './stream/port.js';

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
  /** After how long a member that is not heard of is taken for dead. */
  readonly sessionTimeoutMs: number;
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
  const members = await joinAll(ports, options, signal);
  const outcomes = await Promise.allSettled(
    members.map(async (member) => {
      try {
        await runMember(ports, member, { ...options, signal, onBatch });
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  // Together: one that left earlier would take the partitions from under the work of the others.
  await leaveAll(members);
  throwFirst(outcomes.filter((outcome) => !isCutShort(outcome, options.signal)));
  return totals;
}

/** Told to stop while a server was away: what could not be stored is not settled and comes again, so nothing failed. */
function isCutShort(outcome: PromiseSettledResult<unknown>, { aborted }: AbortSignal): boolean {
  if (!aborted || outcome.status === 'fulfilled') return false;
  return outcome.reason instanceof MvsError && outcome.reason.retriable;
}

interface Member {
  readonly classifier: Classifier;
  readonly subscription: Subscription;
}

/** Work starts when all have joined: with each one that joins, the partitions of the others move. */
async function joinAll(ports: ConsumePorts, options: ConsumeOptions, signal: AbortSignal): Promise<Member[]> {
  const { group, batchSize: prefetch, sessionTimeoutMs } = options;
  const outcomes = await Promise.allSettled(
    ports.classifiers.map(async (classifier) => ({
      classifier,
      subscription: await ports.stream.subscribe({ group, signal, prefetch, sessionTimeoutMs }),
    })),
  );
  const members = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (members.length < outcomes.length) {
    await leaveAll(members);
    // Told to stop before there was any work: nothing failed.
    if (signal.aborted) return [];
    throwFirst(outcomes);
  }
  return members;
}

async function leaveAll(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map(({ subscription }) => subscription[Symbol.asyncDispose]()));
}

async function runMember(
  ports: ConsumePorts,
  { classifier, subscription }: Member,
  { batchSize, lingerMs, topK, signal, onBatch }: ConsumeOptions & { onBatch: (result: BatchResult) => void },
): Promise<void> {
  const received = batches(subscription.deliveries, { size: batchSize, lingerMs });
  const context = { ...ports, classifier, topK, signal };
  // Told to stop, only batches already in work are finished: the others come again, and stopping takes seconds.
  const inWork = new Set<Promise<BatchResult>>();
  const work = (batch: Delivery[]): Promise<BatchResult> | undefined => {
    if (signal.aborted) return undefined;
    const processing = processBatch(batch, context);
    inWork.add(processing);
    return processing.finally(() => inWork.delete(processing));
  };
  try {
    for await (const result of pMapIterable(received, work, { concurrency: batchesInWork })) {
      if (result) onBatch(result);
    }
  } finally {
    // One batch has failed; the one beside it is still to be stored and settled.
    await Promise.allSettled(inWork);
  }
}

function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
