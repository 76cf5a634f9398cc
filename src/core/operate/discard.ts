import type { FrameStream } from '../stream/port.js';
import { dealWith, type DealOptions } from './deal.js';
import type { ReadLetter } from './dead-letters.js';

/**
 * Settles the open letters that the filter means, without sending their messages again. Their frames stay dead-lettered in the database.
 * @returns the number of discarded letters
 */
export async function discardDeadLetters(
  letters: FrameStream,
  stream: FrameStream,
  options: DealOptions,
): Promise<number> {
  const { signal } = options;
  const { keepsSettled } = letters.capabilities;
  const mark = async (chosen: readonly ReadLetter[]): Promise<void> => {
    // Elsewhere they are gone once they are settled.
    if (keepsSettled) await stream.deadLetter(chosen.map(markOf), signal);
  };
  const { dealt, kept } = await dealWith({ letters, stream }, options, mark);
  // Settles the marks, so that nothing waits in the topic.
  const none = { ...options, filter: { ids: [] } };
  if (keepsSettled && dealt > 0 && kept === 0)
    await dealWith({ letters, stream }, none, () => Promise.resolve());
  return dealt;
}

function markOf({ message, origin, reason, note }: ReadLetter) {
  return { message: { ...message, value: null }, origin, reason, note: { ...note, discarded: true } };
}
