import { distance } from 'fastest-levenshtein';

const most = 3;

/** The names that somebody may have meant, nearest first. */
export function nearNames(wrong: string, names: Iterable<string>): string[] {
  const meant = wrong.toLowerCase();
  const near = [...new Set(names)].flatMap((name) => {
    const lower = name.toLowerCase();
    const contains =
      meant.length >= 3 && (lower.includes(meant) || (lower.length >= 3 && meant.includes(lower)));
    const away = contains ? 1 : distance(meant, lower);
    // A third of the letters: below that, anything is near to a short name.
    return away <= Math.max(1, Math.floor(meant.length / 3)) ? [{ name, away }] : [];
  });
  return near
    .sort((a, b) => a.away - b.away)
    .slice(0, most)
    .map(({ name }) => name);
}

/** ImageNet names a class by all its synonyms: "tabby, tabby cat". */
export function nearLabels(wrong: string, labels: readonly string[]): string[] {
  return nearNames(
    wrong,
    labels.flatMap((label) => label.split(/, */)),
  );
}

/** `Did you mean "cat" or "cot"? `, or nothing. */
export function didYouMean(names: readonly string[]): string {
  return names.length === 0 ? '' : `Did you mean ${names.map((name) => JSON.stringify(name)).join(' or ')}? `;
}
