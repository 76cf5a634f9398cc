import { randomUUID } from 'node:crypto';
import { batches } from './batch.js';
import { frameIdOf } from './codec.js';
import { decodeDeadLetter } from './dead-letter.js';
import { runDuring, untilDrained } from './drain.js';
import { MvsError } from './errors.js';
import type { FrameId } from './frame.js';
import type { Log } from './log.js';
import { weightOf } from './message.js';
import type { Delivery, FrameStream, Origin, Rejected, Tail } from './stream/port.js';

/** The consumer group whose offsets say what has been replayed: of one topic, as members of a group share all its topics. */
const replayGroupOf = ({ topic }: FrameStream): string => `mvs-dlq-replay-${topic}`;
const reading = { prefetch: 64, sessionTimeoutMs: 10_000 };
const request = {
  size: 64,
  lingerMs: 100,
  maxWeight: 1 << 20,
  weigh: ({ message }: Delivery) => weightOf(message),
};

/** A message that could not be processed, as it lies in the dead-letter topic. */
export interface DeadLetter {
  readonly at: Origin;
  readonly deadLetteredAt: Date;
  /** Where it was when it was dead-lettered. */
  readonly origin: Origin;
  readonly reason: string;
  /** As far as the message says it in a way that can be read. */
  readonly frame: Partial<FrameId>;
  /** Size of the value. */
  readonly bytes: number;
  readonly replayed: boolean;
}

/** How many letters have not been replayed. */
export async function countWaiting(letters: FrameStream): Promise<number> {
  return (await letters.lag(replayGroupOf(letters))).reduce((sum, { lag }) => sum + (lag ?? 0), 0);
}

/** The letters that are in the topic now; a message that was dead-lettered twice (before a crash and after) comes once. */
export async function* listDeadLetters(
  letters: FrameStream,
  signal: AbortSignal,
): AsyncGenerator<DeadLetter> {
  const rows = await letters.lag(replayGroupOf(letters));
  const replayed = new Map(rows.map(({ partition, currentOffset }) => [partition, currentOffset ?? 0]));
  const seen = new Set<string>();
  for await (const { message, origin: at, publishedAt: deadLetteredAt } of readToEnd(letters, signal)) {
    const letter = read({ message, origin: at });
    const { topic, partition, offset } = letter.origin;
    const key = [topic, partition, offset].join(' ');
    if (seen.has(key)) continue;
    seen.add(key);
    yield {
      at,
      deadLetteredAt,
      origin: letter.origin,
      reason: letter.reason,
      frame: frameIdOf(letter.message),
      bytes: weightOf(letter.message),
      replayed: Number(at.offset) < (replayed.get(at.partition) ?? 0),
    };
  }
}

/** By a group of its own, which commits nothing. */
async function* readToEnd(letters: FrameStream, signal: AbortSignal): AsyncGenerator<Delivery> {
  const group = `mvs-dlq-list-${randomUUID()}`;
  const behind = (await letters.lag(group)).filter(({ lag }) => lag !== 0);
  const ends = new Map(behind.map(({ partition, logEndOffset }) => [partition, logEndOffset]));
  if (ends.size === 0) return;
  await using member = await letters.subscribe({ ...reading, group, signal });
  for await (const delivery of member.deliveries) {
    yield delivery;
    const { partition, offset } = delivery.origin;
    if (Number(offset) + 1 >= (ends.get(partition) ?? 0)) ends.delete(partition);
    if (ends.size === 0) return;
  }
}

export interface ReplayOptions {
  /** Also what has been replayed before. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onReplayed?: (total: number) => void;
}

/**
 * Publishes the messages of the letters that are in the topic now, as they were. A letter is settled when its message is
 * safe in the stream, so one that is interrupted goes on where it stood; what it sends twice is stored once.
 * @returns how many messages were published
 */
export async function replayDeadLetters(
  letters: FrameStream,
  stream: FrameStream,
  options: ReplayOptions,
): Promise<number> {
  const group = replayGroupOf(letters) + (options.again ? `-${randomUUID()}` : '');
  const tail = await letters.tail();
  if (await tail.settledBy(group)) return 0;
  return runDuring(
    options.signal,
    (signal) => publishUntil(tail, { letters, stream, group, signal, options }),
    (signal) => untilDrained(tail, group, signal),
  );
}

interface Replay {
  readonly letters: FrameStream;
  readonly stream: FrameStream;
  readonly group: string;
  readonly signal: AbortSignal;
  readonly options: ReplayOptions;
}

/** Letters behind `tail` may be messages that have come back meanwhile: they are left for the next time. */
async function publishUntil(
  tail: Tail,
  { letters, stream, group, signal, options }: Replay,
): Promise<number> {
  let total = 0;
  await using publisher = await stream.publisher(options.signal);
  await using member = await letters.subscribe({ ...reading, group, signal });
  for await (const batch of batches(member.deliveries, request)) {
    const due = batch.filter((delivery) => tail.includes(delivery));
    const own = due.map(read).filter(({ foreign }) => !foreign);
    if (own.length < due.length)
      options.log.warn(
        `${due.length - own.length} messages of ${letters.topic} are no dead letters of mvs: left out`,
      );
    const messages = own.map(({ message }) => ({ ...message, ordered: false }));
    if (messages.length > 0) await publisher.publish(messages);
    for (const delivery of due) delivery.settle();
    total += messages.length;
    options.onReplayed?.(total);
  }
  return total;
}

/** Something else that lies in the topic is shown, as its own origin, and never published. */
function read({ message, origin }: Pick<Delivery, 'message' | 'origin'>): Rejected & { foreign: boolean } {
  try {
    return { ...decodeDeadLetter(message), foreign: false };
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    return { message, origin, reason: error.message, foreign: true };
  }
}
