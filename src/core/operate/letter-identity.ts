import type { Rejected } from '../stream/port.js';

export type Identify = (read: Pick<Rejected, 'note'> & { readonly id: string }) => string;

/**
 * Names the message of a letter. Offsets begin again when a topic is created again, so the time of the message counts too. Letters of
 * older versions have no time: they are taken for the first message at their place.
 */
export function identifier(): Identify {
  const first = new Map<string, string>();
  return ({ id, note }) => {
    const name = note?.publishedAt === undefined ? (first.get(id) ?? id) : `${id}@${note.publishedAt}`;
    if (!first.has(id)) first.set(id, name);
    return name;
  };
}
