import { batches } from '../base/batch.js';
import { readLetter } from './dead-letters.js';
import { runDuring, untilDrained } from '../consume/drain.js';
import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { weightOf } from '../stream/message.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import type { Delivery, FrameStream, Published, Tail } from '../stream/port.js';

const reading = { prefetch: 64, sessionTimeoutMs: 10_000 };
const request = {
  size: 64,
  lingerMs: 100,
  maxWeight: 1 << 20,
  weigh: ({ message }: Published) => weightOf(message),
};

export interface ReplayOptions {
  /** All that the topic still has, also what has been replayed before. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onReplayed?: (total: number) => void;
}

/**
 * Publishes the messages of the letters that are in the topic now, as they were. A letter is settled when its message is
 * safe in the stream, so one that is interrupted goes on where it stood; what it sends twice is stored once. `again` settles nothing.
 * @returns how many messages were published
 * @throws MvsError USAGE for `again` on a stream that does not keep what is settled
 */
export async function replayDeadLetters(
  letters: FrameStream,
  stream: FrameStream,
  options: ReplayOptions,
): Promise<number> {
  const group = replayGroupOf(letters.topic);
  const replay = { letters, stream, options };
  if (options.again) {
    if (!letters.capabilities.keepsSettled) throw nothingToRepeat(letters);
    return publishAll(letters.browse(group, options.signal), replay);
  }
  const tail = await letters.tail();
  if (await tail.settledBy(group)) return 0;
  return runDuring(
    options.signal,
    async (signal) => {
      await using member = await letters.subscribe({ ...reading, group, signal });
      return await publishAll(partOf(tail, member.deliveries), replay, (letter) => {
        letter.settle();
      });
    },
    (signal) => untilDrained(tail, group, signal),
  );
}

function nothingToRepeat({ topic }: FrameStream): MvsError {
  return new MvsError(
    'USAGE',
    `${topic} keeps no letters that have been replayed, so none can be sent again`,
    {
      hint: 'Without --again, what waits is replayed; what still cannot be processed comes back as a new letter.',
    },
  );
}

/** Letters behind `tail` may be messages that have come back meanwhile: they are left for the next time. */
async function* partOf(tail: Tail, deliveries: AsyncIterable<Delivery>): AsyncGenerator<Delivery> {
  for await (const delivery of deliveries) {
    if (tail.includes(delivery)) yield delivery;
    else delivery.leave();
  }
}

interface Replay {
  readonly letters: FrameStream;
  readonly stream: FrameStream;
  readonly options: ReplayOptions;
}

async function publishAll<T extends Published>(
  source: AsyncIterable<T>,
  { letters, stream, options: { signal, log, onReplayed } }: Replay,
  onSafe: (letter: T) => void = () => undefined,
): Promise<number> {
  let total = 0;
  await using publisher = await stream.publisher(signal);
  for await (const batch of batches(source, request)) {
    const found = batch.map(readLetter);
    // What is settled is gone there: whatever it is, the consumers decide, and keep what they cannot process as a letter of theirs.
    const due = letters.capabilities.keepsSettled ? found.filter(({ foreign }) => !foreign) : found;
    if (due.length < batch.length)
      log.warn(
        `${batch.length - due.length} messages of ${letters.topic} are no dead letters of mvs: left out`,
      );
    const messages = due.map(({ message }) => ({ ...message, ordered: false }));
    if (messages.length > 0) await publisher.publish(messages);
    batch.forEach(onSafe);
    total += messages.length;
    onReplayed?.(total);
  }
  return total;
}
