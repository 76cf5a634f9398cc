import { decode, type Decoded } from '../stream/codec.js';
import { MvsError } from '../base/errors.js';
import type { VideoRun } from '../frames/frame.js';
import { groupBy } from '../base/group-by.js';
import { labelAll } from './label-all.js';
import type { Network } from './network.js';
import type { MemberOptions, MemberPorts } from './options.js';
import { reject, type BadMessage } from './reject.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';
import { secondsSince } from '../base/stage.js';
import type { SaveResult } from '../store/port.js';
import type { Delivery } from '../stream/port.js';

export type BatchContext = RetryOptions &
  MemberPorts &
  Pick<MemberOptions, 'topK' | 'onBadFrame' | 'onStage' | 'group' | 'patienceMs' | 'restMs'>;

export interface BatchResult extends SaveResult {
  readonly frames: number;
  readonly deadLettered: number;
  readonly skipped: number;
  /** What each network stored, in their order. */
  readonly results: readonly SaveResult[];
  /** The frames of this batch that are in the store of the first network now, by video, whichever consumer stored them. */
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
 * classify ──▶ store ──▶ settle for one batch, with every network. Rejects bad data as `onBadFrame` says, and waits for an unavailable
 * store, broker or engine. If the wait is cut short, it throws, and has settled only what is safe.
 */
export async function processBatch(batch: readonly Delivery[], context: BatchContext): Promise<BatchResult> {
  const startedAt = Date.now();
  const bad: BadMessage[] = [];
  const networks = networksOf(context);
  const decoded = await withoutConflicts(decodeAll(batch, bad), bad, networks, context);
  const frames = decoded.flatMap(({ delivery, content }) =>
    content.type === 'frame' ? [{ delivery, content: content.frame }] : [],
  );
  const results = await labelAll(networks, frames, context);
  results.forEach((labelled, n) => {
    for (const { item, reason, outage = false } of labelled.bad) {
      const { video, frame } = item.content;
      const from = networks[n]?.store ?? context.store;
      bad.push({ delivery: item.delivery, reason, outage, missing: { video, frame, from } });
    }
  });
  const settlingAt = performance.now();
  for (const { content } of decoded) {
    if (content.type === 'end') await untilItWorks(() => context.store.finish(content.end), context);
  }
  const left = new Set(bad.map(({ delivery }) => delivery));
  for (const delivery of batch) if (!left.has(delivery)) delivery.settle();
  await reject(bad, context);
  for (const delivery of left) delivery.settle();
  context.onStage?.('settle', secondsSince(settlingAt), batch.length);
  const outages = new Set(bad.flatMap(({ outage, delivery }) => (outage === true ? [delivery] : []))).size;
  const skipped = context.onBadFrame === 'skip' ? left.size - outages : 0;
  const rejected = { deadLettered: left.size - skipped, skipped };
  const publishedAt = frames.flatMap(({ delivery }) => (left.has(delivery) ? [] : [delivery.publishedAt]));
  const counts = { frames: frames.length, ...total(results), results };
  return { ...counts, ...rejected, videos: results[0]?.videos ?? new Map(), publishedAt, startedAt };
}

function networksOf({ classifier, store, topK, others = [] }: BatchContext): readonly Network[] {
  return [{ classifier, store, topK }, ...others];
}

function total(results: readonly SaveResult[]): SaveResult {
  const sum = (count: (result: SaveResult) => number): number =>
    results.reduce((all, result) => all + count(result), 0);
  return { stored: sum(({ stored }) => stored), duplicates: sum(({ duplicates }) => duplicates) };
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
  networks: readonly Network[],
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
      for (const { store } of networks)
        await untilItWorks(() => store.claim({ video, fingerprint, sampling }), context);
      accepted.push(...group);
    } catch (error) {
      if (!(error instanceof MvsError && error.code === 'VIDEO_CONFLICT')) throw error;
      for (const { delivery } of group) bad.push({ delivery, reason: error.message });
    }
  }
  return accepted;
}
