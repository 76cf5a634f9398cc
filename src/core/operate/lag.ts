import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from '../base/abort.js';
import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { untilItWorks } from '../base/retry.js';
import type { Lag, PartitionLag, PartitionOwner } from '../stream/lag.js';
import type { FrameStream } from '../stream/port.js';
import { Meters, tenths, type Pace, type Reading } from './lag-pace.js';

export interface PartitionDelay extends PartitionOwner {
  /** Null if the group has committed nothing, or the stream does not count its messages. */
  readonly currentOffset: number | null;
  readonly logEndOffset: number | null;
  /** Messages that are not settled; null if the stream does not count them. */
  readonly lag: number | null;
  /** How long the oldest frame that is not settled has waited. Null where the group has committed nothing, or the stream does not say. */
  readonly lagSeconds: number | null;
}

/** How far a group is behind on a topic. */
export interface GroupLag {
  readonly group: string;
  /** Null if the stream does not count its messages. */
  readonly total: number | null;
  /** The longest of all partitions. */
  readonly lagSeconds: number | null;
  readonly partitions: readonly PartitionDelay[];
  /** Only with --watch, from the second reading on, if the stream counts its messages. */
  readonly pace?: Pace;
}

export async function measureLag(stream: FrameStream, group: string): Promise<GroupLag> {
  const found = await stream.lag(group);
  const since = await found.waitingSince();
  const now = Date.now();
  const partitions = rowsOf(found).map((row) => ({
    ...row,
    lagSeconds: secondsOf(row, since.get(row.partition), now),
  }));
  const known = partitions.flatMap(({ lagSeconds }) => lagSeconds ?? []);
  return {
    group,
    total: found.counted ? messagesIn(found.partitions) : null,
    lagSeconds: known.length === 0 ? null : Math.max(...known),
    partitions,
  };
}

type Row = Omit<PartitionDelay, 'lagSeconds'>;

function rowsOf({ counted, partitions }: Lag): readonly Row[] {
  if (counted) return partitions;
  const uncounted = { currentOffset: null, logEndOffset: null, lag: null };
  return partitions.map(({ topic, partition, ...owner }) => ({ topic, partition, ...uncounted, ...owner }));
}

export function messagesIn(partitions: readonly PartitionLag[]): number {
  return partitions.reduce((sum, { lag }) => sum + lag, 0);
}

function secondsOf({ lag, currentOffset }: Row, since: Date | undefined, now: number): number | null {
  if (lag === 0 && currentOffset !== null) return 0;
  return since === undefined ? null : tenths(Math.max(0, now - since.getTime()) / 1000);
}

export interface WatchOptions {
  readonly intervalMs: number;
  /** Ends the readings. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** Yields a reading at each interval, with the pace since the last one. Waits for an unavailable broker. */
export async function* watchLag(
  stream: FrameStream,
  group: string,
  { intervalMs, signal, log }: WatchOptions,
): AsyncGenerator<GroupLag> {
  let meters: Meters | undefined;
  while (!signal.aborted) {
    const reading = untilItWorks(() => measureLag(stream, group), { signal, log });
    const lag = await unlessAborted(reading, signal).catch(unlessOver(signal));
    if (!lag) return;
    const now = performance.now();
    const counts = readingOf(lag);
    const pace = counts && meters?.read(counts, now);
    if (counts) meters ??= new Meters(counts, now);
    yield { ...lag, ...(pace && { pace }) };
    await sleep(intervalMs, undefined, { signal }).catch(unlessOver(signal));
  }
}

/** Ignores errors after the signal. */
function unlessOver(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

/** Undefined if the stream does not count its messages. */
function readingOf({ total, partitions }: GroupLag): Reading | undefined {
  if (total === null) return undefined;
  return { total, end: partitions.reduce((sum, { logEndOffset }) => sum + (logEndOffset ?? 0), 0) };
}

/**
 * @returns an error if the lag exceeds `max`
 * @throws MvsError USAGE if the stream does not count its messages
 */
export function lagAlarm({ group, total }: GroupLag, max: number | undefined): MvsError | undefined {
  if (max === undefined) return undefined;
  if (total === null) {
    throw new MvsError('USAGE', '--max needs a stream that counts its messages, which this one does not', {
      hint: 'Watch LAG-SECONDS instead: "lagSeconds" in --json.',
    });
  }
  if (total <= max) return undefined;
  return new MvsError(
    'LAG_EXCEEDED',
    `group ${group} is ${total} frames behind, which exceeds --max ${max}`,
    {
      hint: 'Start more consumers with "mvs consume", up to one per partition.',
    },
  );
}
