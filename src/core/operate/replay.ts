import { batches } from '../base/batch.js';
import { MvsError } from '../base/errors.js';
import type { FrameStream, Publisher } from '../stream/port.js';
import { dealWith, type DealOptions } from './deal.js';
import { identified, lettersNamed } from './dead-letters.js';
import { matchesFilter } from './letter-filter.js';
import { identifier } from './letter-identity.js';
import { readLetter, type ReadLetter } from './letter.js';
import { request } from './settle-letters.js';

export interface ReplayOptions extends DealOptions {
  /** True also replays letters that were replayed before. */
  readonly again: boolean;
  readonly onReplayed?: (total: number) => void;
}

/**
 * Publishes the original messages of the letters that are in the topic now and that the filter means. A letter is settled or marked when the
 * stream has confirmed its message, so an interrupted replay can be resumed. A message that is sent twice is stored once. `again` settles nothing.
 * @returns the number of published messages
 * @throws MvsError USAGE for `again` on a stream that does not keep settled messages
 */
export async function replayDeadLetters(
  letters: FrameStream,
  stream: FrameStream,
  options: ReplayOptions,
): Promise<number> {
  const { again, signal, onReplayed } = options;
  if (again && !letters.capabilities.keepsSettled) throw nothingToRepeat(letters);
  await using publisher = await stream.publisher(signal);
  let total = 0;
  const send = async (chosen: readonly ReadLetter[]): Promise<void> => {
    total += await publish(publisher, letters, chosen, options);
    onReplayed?.(total);
  };
  if (!again) {
    await dealWith({ letters, stream }, 'replayed', options, send);
    return total;
  }
  for await (const batch of batches(chosenAgain(letters, options), request))
    await send(batch.map(readLetter));
  return total;
}

/** Each letter once, whether it was replayed or not. What was discarded stays so. */
async function* chosenAgain(letters: FrameStream, { filter = {}, signal }: ReplayOptions) {
  const identify = identifier();
  const all = await identified(letters, signal, identify);
  const names = [...all].flatMap(([name, letter]) =>
    !letter.discarded && matchesFilter(letter, filter) ? name : [],
  );
  yield* lettersNamed(names, letters, signal, identify);
}

async function publish(
  publisher: Publisher,
  letters: FrameStream,
  chosen: readonly ReadLetter[],
  { log }: ReplayOptions,
): Promise<number> {
  // This stream deletes settled messages. A foreign message is therefore published too: consumers decide, and dead-letter it if they cannot process it.
  const due = letters.capabilities.keepsSettled ? chosen.filter(({ foreign }) => !foreign) : chosen;
  if (due.length < chosen.length)
    log.warn(
      `${chosen.length - due.length} messages of ${letters.topic} are not dead letters of mvs and were skipped`,
    );
  if (due.length > 0) await publisher.publish(due.map(({ message }) => ({ ...message, ordered: false })));
  return due.length;
}

function nothingToRepeat({ topic }: FrameStream): MvsError {
  return new MvsError('USAGE', `${topic} does not keep replayed letters, so they cannot be sent again`, {
    hint: 'Omit --again to replay the open letters. A message that still cannot be processed becomes a new letter.',
  });
}
