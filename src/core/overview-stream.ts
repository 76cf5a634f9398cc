import { answerOf, failedBy, ok, openedWithin, warning, type Check } from './check.js';
import { countWaiting } from './dead-letters.js';
import { serverHints } from './hints.js';
import { measureLag, type GroupLag } from './lag.js';
import type { FrameStream } from './stream/port.js';

export interface StreamSources {
  /** Addresses, as shown. */
  readonly brokers: string;
  readonly topic: string;
  readonly group: string;
  readonly openStream: () => Promise<FrameStream>;
  /** Undefined where there have never been any. */
  readonly openDeadLetters: (stream: FrameStream) => Promise<FrameStream | undefined>;
}

interface StreamView {
  readonly checks: readonly Check[];
  readonly partitions: number | null;
  readonly group: { readonly members: number | null; readonly lag: GroupLag | null };
  readonly deadLetters: number | null;
}

const [connectMs, askMs] = [3_000, 1_500];
const unknown: StreamView = {
  checks: [],
  partitions: null,
  group: { members: null, lag: null },
  deadLetters: null,
};

/** Broker, topic, group, lag and dead letters: each is asked for only where the one before it is there. */
export async function lookAtStream(sources: StreamSources): Promise<StreamView> {
  const opened = await openedWithin(connectMs, sources.openStream());
  if ('error' in opened)
    return { ...unknown, checks: [failedBy('broker', opened.error, serverHints.broker)] };
  await using stream = opened.value;
  const broker = ok('broker', `answers at ${sources.brokers}`);
  const counted = await answerOf(askMs, stream.partitions());
  if ('error' in counted) return { ...unknown, checks: [broker, failedBy('topic', counted.error)] };
  const [measured, letters] = await Promise.all([
    answerOf(askMs, measureLag(stream, sources.group)),
    answerOf(askMs, countLetters(stream, sources)),
  ]);
  const lag = 'value' in measured ? measured.value : null;
  const members = lag && new Set(lag.partitions.flatMap(({ consumerId }) => consumerId ?? [])).size;
  return {
    checks: [
      broker,
      topicCheck(sources.topic, counted.value, lag),
      ...('error' in measured
        ? [failedBy('group', measured.error)]
        : groupChecks(measured.value, members ?? 0)),
      'error' in letters ? failedBy('dead letters', letters.error) : lettersCheck(letters.value),
    ],
    partitions: counted.value,
    group: { members, lag },
    deadLetters: 'value' in letters ? letters.value : null,
  };
}

async function countLetters(stream: FrameStream, { openDeadLetters }: StreamSources): Promise<number | null> {
  await using letters = await openDeadLetters(stream);
  return letters ? await countWaiting(letters) : 0;
}

function topicCheck(topic: string, partitions: number | null, lag: GroupLag | null): Check {
  const detail = partitions === null ? topic : `${topic}, ${partitions} partitions`;
  const empty = lag?.partitions.every(({ logEndOffset }) => logEndOffset === 0);
  return empty
    ? warning('topic', `${detail}, empty`, 'Publish frames: mvs produce VIDEOS')
    : ok('topic', detail);
}

export function groupChecks(lag: GroupLag, members: number): Check[] {
  const { group, partitions, total, lagSeconds } = lag;
  const started = partitions.some(({ currentOffset }) => currentOffset !== null);
  const state = `${group}, ${members} members`;
  const waiting = `${total ?? 'uncounted'} frames${lagSeconds === null || total === 0 ? '' : `, the oldest for ${lagSeconds} s`}`;
  const start = 'Start a consumer: mvs consume';
  if (members > 0) return [ok('group', state), ok('lag', waiting)];
  if (!started) return [warning('group', `${group} has committed nothing yet`, start), ok('lag', waiting)];
  if (total === 0) return [ok('group', `${state}, none needed`), ok('lag', waiting)];
  return [warning('group', state, start), warning('lag', `${waiting}, and nobody works on them`, start)];
}

export function lettersCheck(count: number | null): Check {
  if (count === null) return ok('dead letters', 'uncounted: mvs dlq:list shows whether there are any');
  if (count === 0) return ok('dead letters', 'none');
  return warning('dead letters', String(count), 'See why: mvs dlq:list');
}
