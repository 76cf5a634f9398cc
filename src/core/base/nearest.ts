import { distance } from 'fastest-levenshtein';

const most = 3;

/** Names similar to a misspelt one, nearest first: a few letters differ, or one contains the other. */
export function nearest(wrong: string, names: Iterable<string>): string[] {
  const meant = wrong.toLowerCase();
  // A third of the letters, or two transposed ones. With more, every name would be near a short one.
  const furthest = meant.length > 3 ? Math.max(2, Math.floor(meant.length / 3)) : 1;
  const near = [...new Set(names)].flatMap((name) => {
    const lower = name.toLowerCase();
    const contains =
      meant.length >= 3 && (lower.includes(meant) || (lower.length >= 3 && meant.includes(lower)));
    const edits = contains || isSwapped(meant, lower) ? 1 : distance(meant, lower);
    return edits <= furthest ? [{ name, edits }] : [];
  });
  return near
    .sort((a, b) => a.edits - b.edits)
    .slice(0, most)
    .map(({ name }) => name);
}

/** Two adjacent letters are transposed, which a distance counts as two: the limit for short names is one. */
function isSwapped(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let at = 0;
  while (at < a.length - 1 && a[at] === b[at]) at += 1;
  return a !== b && b === `${a.slice(0, at)}${a[at + 1] ?? ''}${a[at] ?? ''}${a.slice(at + 2)}`;
}

/** Says that nothing was found, and which of the names was probably meant, or else what to do. */
export function notFound(what: string, otherwise: string, near: readonly string[]): string {
  return near.length === 0 ? `${what}; ${otherwise}` : `${what}. ${didYouMean(near).trim()}`;
}

/** `Did you mean "cat" or "cot"? `, or nothing. */
export function didYouMean(near: readonly string[]): string {
  return near.length === 0 ? '' : `Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}? `;
}
