import { frameIdOf } from '../stream/codec.js';
import { decodeDeadLetter } from '../stream/dead-letter.js';
import { MvsError } from '../base/errors.js';
import type { FrameId } from '../frames/frame.js';
import { messagesIn } from './lag.js';
import { weightOf } from '../stream/message.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import type { Origin } from '../frames/origin.js';
import type { FrameStream, Published, Rejected } from '../stream/port.js';

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

/** How many letters have not been replayed; null where the stream does not count its messages. */
export async function countWaiting(letters: FrameStream): Promise<number | null> {
  const found = await letters.lag(replayGroupOf(letters.topic));
  return found.counted ? messagesIn(found.partitions) : null;
}

/** The letters that are in the topic now; a message that was dead-lettered twice (before a crash and after) comes once. */
export async function* listDeadLetters(
  letters: FrameStream,
  signal: AbortSignal,
): AsyncGenerator<DeadLetter> {
  const seen = new Set<string>();
  for await (const found of letters.browse(replayGroupOf(letters.topic), signal)) {
    const { origin: at, publishedAt: deadLetteredAt, isSettled: replayed } = found;
    const letter = readLetter(found);
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
      replayed,
    };
  }
}

/** Something else that lies in the topic is its own origin. */
export function readLetter({ message, origin }: Published): Rejected & { readonly foreign: boolean } {
  try {
    return { ...decodeDeadLetter(message), foreign: false };
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    return { message, origin, reason: error.message, foreign: true };
  }
}
