import { distance } from 'fastest-levenshtein';

const most = 3;

/** The names that somebody may have meant, nearest first: a few letters off, or one inside the other. */
export function nearest(wrong: string, names: Iterable<string>): string[] {
  const meant = wrong.toLowerCase();
  // A third of the letters, or two that changed places; below that, anything is near to a short name.
  const furthest = meant.length > 3 ? Math.max(2, Math.floor(meant.length / 3)) : 1;
  const near = [...new Set(names)].flatMap((name) => {
    const lower = name.toLowerCase();
    const contains =
      meant.length >= 3 && (lower.includes(meant) || (lower.length >= 3 && meant.includes(lower)));
    const away = contains ? 1 : distance(meant, lower);
    return away <= furthest ? [{ name, away }] : [];
  });
  return near
    .sort((a, b) => a.away - b.away)
    .slice(0, most)
    .map(({ name }) => name);
}

/** `Did you mean "cat" or "cot"? `, or nothing. */
export function didYouMean(near: readonly string[]): string {
  return near.length === 0 ? '' : `Did you mean ${near.map((name) => JSON.stringify(name)).join(' or ')}? `;
}
