import { brokersCheck } from './brokers-check.js';
import { answerOf, failed, failedBy, ok, openedWithin, warning, type Check } from '../base/check.js';
import { shellWord } from '../base/shell.js';
import { countWaiting, type Waiting } from './dead-letters.js';
import { measureLag, type GroupLag } from './lag.js';
import type { FrameStream } from '../stream/port.js';
import type { Servers } from '../stream/servers.js';

export interface StreamSources {
  /** The addresses without secrets. */
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
  /** False for the default: a group that was named is expected to exist. */
  readonly groupIsNamed: boolean;
  readonly openStream: () => Promise<FrameStream>;
  /** Undefined if there have never been any. */
  readonly openDeadLetters: (stream: FrameStream) => Promise<FrameStream | undefined>;
}

interface StreamView {
  readonly checks: readonly Check[];
  readonly servers: Servers | null;
  readonly partitions: number | null;
  readonly group: { readonly members: number | null; readonly lag: GroupLag | null };
  readonly deadLetters: Waiting | null;
}

/** Both limits exceed the time that the stream needs to find out which of its servers are unavailable. */
const [connectMs, askMs] = [8_000, 6_000];
/** A stream is asked for half a second. */
const momentSeconds = 1;
const start = 'Start a consumer with "mvs consume".';
const unknown: StreamView = {
  checks: [],
  servers: null,
  partitions: null,
  group: { members: null, lag: null },
  deadLetters: null,
};

/** Checks broker, topic, group, lag and dead letters. Each is checked only if the one before it was found. */
export async function lookAtStream(sources: StreamSources): Promise<StreamView> {
  const opened = await openedWithin(connectMs, sources.openStream());
  if ('error' in opened) return { ...unknown, checks: [failedBy('broker', opened.error)] };
  await using stream = opened.value;
  const servers = stream.servers ? plain(stream.servers) : null;
  const broker = brokersCheck('broker', stream.servers, sources.brokers);
  const counted = await answerOf(askMs, stream.partitions());
  if ('error' in counted) return { ...unknown, servers, checks: [broker, failedBy('topic', counted.error)] };
  const [measured, letters] = await Promise.all([
    answerOf(askMs, measureLag(stream, sources.group)),
    answerOf(askMs, countLetters(stream, sources)),
  ]);
  const lag = 'value' in measured ? measured.value : null;
  const members = lag && stream.capabilities.showsGroups ? membersOf(lag) : null;
  const partitions = stream.capabilities.partitions ? counted.value : null;
  return {
    checks: [
      broker,
      topicCheck(sources.topic, partitions, lag),
      ...('error' in measured
        ? [failedBy('group', measured.error)]
        : groupChecks(measured.value, members, sources.groupIsNamed)),
      'error' in letters ? failedBy('dead letters', letters.error) : lettersCheck(letters.value),
    ],
    servers,
    partitions,
    group: { members, lag },
    deadLetters: 'value' in letters ? letters.value : null,
  };
}

/** Keeps only these fields, because the stream stores others in the object too. */
function plain({ known, unreachable, leaderless }: Servers): Servers {
  return { known, unreachable, leaderless };
}

async function countLetters(
  stream: FrameStream,
  { openDeadLetters }: StreamSources,
): Promise<Waiting | null> {
  await using letters = await openDeadLetters(stream);
  return letters ? await countWaiting(letters) : { count: 0, exact: true };
}

function topicCheck(topic: string, partitions: number | null, lag: GroupLag | null): Check {
  const detail = partitions === null ? topic : `${topic}, ${partitions} partitions`;
  const empty = lag?.partitions.every(({ logEndOffset }) => logEndOffset === 0);
  return empty
    ? warning('topic', `${detail}, empty`, 'Publish frames with "mvs produce VIDEO…".')
    : ok('topic', detail);
}

function membersOf({ partitions }: GroupLag): number {
  return new Set(partitions.flatMap(({ consumerId }) => consumerId ?? [])).size;
}

/** @param members null where the stream does not show its groups */
export function groupChecks(lag: GroupLag, members: number | null, isNamed = false): Check[] {
  const { group, partitions, total, lagSeconds } = lag;
  if (total === null) return uncountedChecks(lag, members);
  const started = partitions.some(({ currentOffset }) => currentOffset !== null);
  const present = members ?? 0;
  const state = `${group}, ${present} members`;
  const waiting = `${total} frames${lagSeconds === null || total === 0 ? '' : `, the oldest for ${lagSeconds} s`}`;
  if (present > 0) return [ok('group', state), ok('lag', waiting)];
  if (!started) return unstartedChecks(lag, waiting, isNamed);
  if (total === 0) return [ok('group', `${state}, none needed`), ok('lag', waiting)];
  return [warning('group', state, start), warning('lag', `${waiting}, but no consumer is running`, start)];
}

/** A group that has never read: the first consumer is still to be started, or the name is wrong. */
function unstartedChecks({ group, total }: GroupLag, waiting: string, isNamed: boolean): Check[] {
  const never = `${group} has never read this topic`;
  if (!total) return [warning('group', never, start), ok('lag', waiting)];
  const hint = `If the name is right, start its first consumer: mvs consume --group ${shellWord(group)}`;
  const found = isNamed ? failed('group', never, hint) : warning('group', never, start);
  return [found, warning('lag', `${waiting}, none of them read`, start)];
}

/** Without offsets, the lag is at best a time. It is "now" if nothing is waiting, and takes a moment to find out. */
function uncountedChecks({ group, lagSeconds }: GroupLag, members: number | null): Check[] {
  const state = `${group}, ${members === null ? 'members unknown on this stream' : `${members} members`}`;
  if (lagSeconds === null)
    return [ok('group', state), ok('lag', 'not available on this stream; see docs/streams.md')];
  if (lagSeconds < momentSeconds)
    return [ok('group', members === 0 ? `${state}, none needed` : state), ok('lag', 'no frames are waiting')];
  const waiting = `the oldest frame has been waiting for ${lagSeconds} s`;
  if (members !== 0) return [ok('group', state), ok('lag', waiting)];
  return [warning('group', state, start), warning('lag', `${waiting}, but no consumer is running`, start)];
}

export function lettersCheck(waiting: Waiting | null): Check {
  if (waiting === null) return ok('dead letters', 'not counted on this stream; "mvs dlq:list" lists them');
  const { count, exact } = waiting;
  if (count === 0) return ok('dead letters', 'none');
  return warning(
    'dead letters',
    exact ? String(count) : `at most ${count}`,
    'Run "mvs dlq:list" to see the reasons.',
  );
}
