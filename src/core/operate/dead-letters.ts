import { frameIdOf } from '../stream/codec.js';
import { decodeDeadLetter } from '../stream/dead-letter-codec.js';
import { MvsError } from '../base/errors.js';
import type { FrameId } from '../frames/frame.js';
import { messagesIn } from './lag.js';
import { weightOf } from '../stream/message.js';
import { replayGroupOf } from '../stream/dead-letters.js';
import type { Origin } from '../frames/origin.js';
import type { FrameStream, Published, Rejected } from '../stream/port.js';

/** A message in the dead-letter topic. */
export interface DeadLetter {
  readonly at: Origin;
  readonly deadLetteredAt: Date;
  /** Its position when it was dead-lettered. */
  readonly origin: Origin;
  readonly reason: string;
  /** The readable parts of the frame's identity. */
  readonly frame: Partial<FrameId>;
  /** Size of the value. */
  readonly bytes: number;
  readonly replayed: boolean;
}

/** The number of letters that have not been replayed; null if the stream does not count its messages. */
export async function countWaiting(letters: FrameStream): Promise<number | null> {
  const found = await letters.lag(replayGroupOf(letters.topic));
  return found.counted ? messagesIn(found.partitions) : null;
}

/** The letters that are in the topic now. A message that was dead-lettered twice, before and after a crash, is listed once. */
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

/** A message that is not a dead letter of mvs is its own origin. */
export function readLetter({ message, origin }: Published): Rejected & { readonly foreign: boolean } {
  try {
    return { ...decodeDeadLetter(message), foreign: false };
  } catch (error) {
    if (!(error instanceof MvsError)) throw error;
    return { message, origin, reason: error.message, foreign: true };
  }
}
