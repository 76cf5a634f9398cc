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
  batchSize: 64,
  lingerMs: 100,
  maxWeight: 1 << 20,
  weigh: ({ message }: Published) => weightOf(message),
};

export interface ReplayOptions {
  /** True replays all letters in the topic, including those that were replayed before. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  readonly log: Log;
  readonly onReplayed?: (total: number) => void;
}

/**
 * Publishes the original messages of the letters that are in the topic now. A letter is settled when the stream has confirmed its
 * message, so an interrupted replay can be resumed. A message that is sent twice is stored once. `again` settles nothing.
 * @returns the number of published messages
 * @throws MvsError USAGE for `again` on a stream that does not keep settled messages
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
  return new MvsError('USAGE', `${topic} does not keep replayed letters, so they cannot be sent again`, {
    hint: 'Omit --again to replay the open letters. A message that still cannot be processed becomes a new letter.',
  });
}

/** Letters after `tail` may be messages that were dead-lettered again in the meantime. They are left for the next replay. */
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
    // This stream deletes settled messages. A foreign message is therefore published too: consumers decide, and dead-letter it if they cannot process it.
    const due = letters.capabilities.keepsSettled ? found.filter(({ foreign }) => !foreign) : found;
    if (due.length < batch.length)
      log.warn(
        `${batch.length - due.length} messages of ${letters.topic} are not dead letters of mvs and were skipped`,
      );
    const messages = due.map(({ message }) => ({ ...message, ordered: false }));
    if (messages.length > 0) await publisher.publish(messages);
    batch.forEach(onSafe);
    total += messages.length;
    onReplayed?.(total);
  }
  return total;
}
