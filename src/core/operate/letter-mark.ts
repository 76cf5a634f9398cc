import type { Rejected } from '../stream/port.js';

/** What was done with a letter, so that it is no longer open. */
export type Fate = 'replayed' | 'discarded';

/** A letter without its payload: it says what was done with the letter of this origin, which stays where it is. */
export function markOf({ message, origin, reason, note }: Rejected, fate: Fate): Rejected {
  return { message: { ...message, value: null }, origin, reason, note: { ...note, [fate]: true } };
}

/** Undefined for a letter itself. */
export function markIn({ note }: Pick<Rejected, 'note'>): Fate | undefined {
  if (note?.discarded === true) return 'discarded';
  return note?.replayed === true ? 'replayed' : undefined;
}
