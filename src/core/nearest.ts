import { distance } from 'fastest-levenshtein';

/** The name that was probably meant; undefined where none is near. */
export function nearest(wrong: string, names: readonly string[]): string | undefined {
  const typed = wrong.toLowerCase();
  const ranked = names
    .map((name) => ({ name, edits: distance(typed, name.toLowerCase()) }))
    // A third of it may be wrong, or two letters of a short one, as where they change places.
    .filter(({ name, edits }) => edits <= Math.max(2, name.length / 3) && edits < name.length)
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}
