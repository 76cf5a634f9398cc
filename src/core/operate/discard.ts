import type { FrameStream } from '../stream/port.js';
import { dealWith, type DealOptions } from './deal.js';

/**
 * Closes the open letters that the filter means, without sending their messages again. Their frames stay dead-lettered in the database.
 * @returns the number of discarded letters
 */
export function discardDeadLetters(
  letters: FrameStream,
  stream: FrameStream,
  options: DealOptions,
): Promise<number> {
  return dealWith({ letters, stream }, 'discarded', options, () => Promise.resolve());
}
