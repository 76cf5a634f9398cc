import { setMaxListeners } from 'node:events';
import { answerOf } from '../base/check.js';
import { MvsError } from '../base/errors.js';
import { ExpiredCount, type ExpiredMessages } from './expired.js';
import { Member } from './member.js';
import type { MemberOptions, MemberPorts } from './options.js';
import type { BatchResult } from './process-batch.js';
import type { SaveResult } from '../store/port.js';
import type { Expired, FrameStream } from '../stream/port.js';

export type ConsumePorts = MemberPorts;

export interface ConsumeOptions extends MemberOptions {
  /** Members of the group; they share the classifier. */
  readonly members: number;
  readonly onBatch?: (result: BatchResult) => void;
  /** Called when all members have joined; `stuck` returns whether a member makes no progress even after a restart. */
  readonly onJoin?: (stuck: () => boolean) => void;
}

export interface ConsumeTotals {
  readonly frames: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly deadLettered: number;
  readonly skipped: number;
  /** What each network stored, in their order. */
  readonly results: readonly SaveResult[];
  readonly batches: number;
  /** What retention deleted before it was read; empty if the stream does not number its messages. */
  readonly expired: readonly ExpiredMessages[];
  /** From the first batch received to the last one settled. */
  readonly seconds: number;
}

const expiredWaitMs = 2_000;

/** The totals of a consumer that has received nothing. */
export const noTotals: ConsumeTotals = {
  frames: 0,
  stored: 0,
  duplicates: 0,
  deadLettered: 0,
  skipped: 0,
  results: [],
  batches: 0,
  expired: [],
  seconds: 0,
};

/**
 * receive ──▶ batch ──▶ classify ──▶ store ──▶ settle, with `members` members of the group, until `signal`.
 * Nothing is settled before it is stored or dead-lettered. Resolves when all members have left the group.
 */
export async function consume(ports: ConsumePorts, options: ConsumeOptions): Promise<ConsumeTotals> {
  const totals = { ...noTotals };
  const expired = new ExpiredCount(ports.log);
  let startedAt: number | undefined;
  const onBatch = (result: BatchResult): void => {
    startedAt ??= result.startedAt;
    totals.frames += result.frames;
    totals.stored += result.stored;
    totals.duplicates += result.duplicates;
    totals.deadLettered += result.deadLettered;
    totals.skipped += result.skipped;
    totals.results = result.results.map(({ stored, duplicates }, n) => {
      const before = totals.results[n] ?? { stored: 0, duplicates: 0 };
      return { stored: before.stored + stored, duplicates: before.duplicates + duplicates };
    });
    totals.batches += 1;
    totals.seconds = (Date.now() - startedAt) / 1000;
    options.onBatch?.(result);
  };
  // If a member fails, the others end too, each after finishing its batches in progress.
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  // Each member adds several listeners; Node takes more than ten for a leak.
  setMaxListeners(Infinity, options.signal, signal);
  const onExpired = (gone: Expired): void => {
    expired.add(gone);
  };
  const members = await joinAll(ports, { ...options, signal, onExpired });
  options.onJoin?.(() => members.some((member) => member.stuck));
  const outcomes = await Promise.allSettled(
    members.map(async (member) => {
      try {
        await member.run(onBatch);
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    }),
  );
  // Together: if one left earlier, the rebalance would take partitions from the others while they work.
  await leaveAll(members);
  const behindAll = await expiredNow(ports.stream, options.group);
  behindAll.forEach(onExpired);
  throwFirst(outcomes.filter((outcome) => !isCutShort(outcome, options.signal)));
  return { ...totals, expired: expired.all };
}

/** Expired messages with no later message that would have shown the gap to a member. Does not wait for an unavailable broker. */
async function expiredNow(stream: FrameStream, group: string): Promise<readonly Expired[]> {
  const answer = await answerOf(expiredWaitMs, stream.expired(group));
  return 'value' in answer ? answer.value : [];
}

/** An interrupt while a server was unavailable: what could not be stored is not settled and will be delivered again, so nothing failed. */
function isCutShort(outcome: PromiseSettledResult<unknown>, { aborted }: AbortSignal): boolean {
  if (!aborted || outcome.status === 'fulfilled') return false;
  const { reason } = outcome as { reason: unknown };
  return reason instanceof MvsError && (reason.retriable || reason.code === 'INTERRUPTED');
}

/** Work starts when all have joined: each one that joins moves the partitions of the others. */
async function joinAll(ports: ConsumePorts, options: ConsumeOptions): Promise<Member[]> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: options.members }, () => Member.join(ports, options)),
  );
  const members = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  if (members.length < outcomes.length) {
    await leaveAll(members);
    // An interrupt before the work began: nothing failed.
    if (options.signal.aborted) return [];
    throwFirst(outcomes);
  }
  return members;
}

async function leaveAll(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
}

function throwFirst(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
