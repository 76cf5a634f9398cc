import { distance } from 'fastest-levenshtein';

/** The names that somebody may have meant, nearest first: a few letters off, or one inside the other. */
function nearest(name: string, names: readonly string[]): string[] {
  const wanted = name.toLowerCase();
  return names
    .map((candidate) => {
      const other = candidate.toLowerCase();
      const within = wanted.length > 2 && (other.includes(wanted) || wanted.includes(other));
      return { candidate, far: within ? 1 : distance(wanted, other) };
    })
    .filter(({ candidate: { length }, far }) => far <= Math.max(length > 3 ? 2 : 1, length / 3))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `Did you mean "topic" or "top-k"?`; undefined where nothing is near. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const near = nearest(name, names).map((candidate) => JSON.stringify(candidate));
  return near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`;
}
