import { setTimeout as sleep } from 'node:timers/promises';
import { unlessAborted } from './abort.js';
import { MvsError } from './errors.js';
import type { Log } from './log.js';
import { RateMeter } from './rate-meter.js';
import { untilItWorks } from './retry.js';
import type { FrameStream, PartitionLag } from './stream/port.js';

export interface PartitionDelay extends PartitionLag {
  /** How long the oldest frame that is not settled has waited. Null where the group has committed nothing, or nobody can tell. */
  readonly lagSeconds: number | null;
}

/** How fast a lag changes, over the last ten seconds. */
export interface Pace {
  readonly settledPerSecond: number;
  readonly publishedPerSecond: number;
  /** At this pace; null where the lag does not shrink. */
  readonly secondsToDrain: number | null;
}

/** How far a group is behind on a topic. */
export interface GroupLag {
  readonly group: string;
  readonly total: number;
  /** The longest of all partitions. */
  readonly lagSeconds: number | null;
  readonly partitions: readonly PartitionDelay[];
  /** While it is watched, from the second reading on. */
  readonly pace?: Pace;
}

export async function measureLag(stream: FrameStream, group: string): Promise<GroupLag> {
  const rows = await stream.lag(group);
  const since = await stream.waitingSince(rows);
  const now = Date.now();
  const partitions = rows.map((row) => ({
    ...row,
    lagSeconds: secondsOf(row, since.get(row.partition), now),
  }));
  const known = partitions.flatMap(({ lagSeconds }) => lagSeconds ?? []);
  return {
    group,
    total: partitions.reduce((sum, { lag }) => sum + lag, 0),
    lagSeconds: known.length === 0 ? null : Math.max(...known),
    partitions,
  };
}

function secondsOf(
  { lag, currentOffset }: PartitionLag,
  since: Date | undefined,
  now: number,
): number | null {
  if (currentOffset === null) return null;
  if (lag === 0) return 0;
  return since === undefined ? null : tenths(Math.max(0, now - since.getTime()) / 1000);
}

export interface WatchOptions {
  readonly intervalMs: number;
  /** Ends the readings. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A reading at each interval, with the pace since. A broker that is away is waited for. */
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
    const pace = meters?.read(lag, now);
    meters ??= new Meters(lag, now);
    yield { ...lag, ...(pace && { pace }) };
    await sleep(intervalMs, undefined, { signal }).catch(unlessOver(signal));
  }
}

/** What fails because the signal has fired is no failure. */
function unlessOver(signal: AbortSignal): (error: unknown) => undefined {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

/** How fast a group and its producers go on. */
class Meters {
  readonly #settled: RateMeter;
  readonly #published: RateMeter;
  #last: GroupLag;

  constructor(first: GroupLag, now: number) {
    this.#last = first;
    this.#settled = new RateMeter(now);
    this.#published = new RateMeter(now);
  }

  read(lag: GroupLag, now: number): Pace {
    const published = endOf(lag) - endOf(this.#last);
    this.#published.add(published, now);
    this.#settled.add(published - (lag.total - this.#last.total), now);
    this.#last = lag;
    const [settling, publishing] = [this.#settled.perSecond(now), this.#published.perSecond(now)];
    return {
      settledPerSecond: tenths(settling),
      publishedPerSecond: tenths(publishing),
      secondsToDrain:
        lag.total === 0 ? 0 : settling > publishing ? tenths(lag.total / (settling - publishing)) : null,
    };
  }
}

function endOf({ partitions }: GroupLag): number {
  return partitions.reduce((sum, { logEndOffset }) => sum + logEndOffset, 0);
}

/** @returns what to say where the lag is larger than it may be */
export function lagAlarm({ group, total }: GroupLag, max: number | undefined): MvsError | undefined {
  if (max === undefined || total <= max) return undefined;
  return new MvsError(
    'LAG_EXCEEDED',
    `group ${group} is ${total} frames behind, more than the ${max} of --max`,
    {
      hint: 'Start more consumers (up to one per partition): mvs consume.',
    },
  );
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
