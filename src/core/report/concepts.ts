import type { Hierarchy } from '../concepts/hierarchy.js';
import { keyOf } from '../concepts/words.js';
import type { Prediction } from '../frames/frame.js';

/** A concept that labels of a video belong to, for the search of the page. */
export interface ReportedConcept {
  /** In lower case, with irregular plurals. */
  readonly names: readonly string[];
  readonly labels: readonly string[];
}

/** The concepts of these labels only: a page has no use for the others. */
export function conceptsOf(
  hierarchy: Hierarchy,
  labels: readonly Pick<Prediction, 'label' | 'classIndex'>[],
): ReportedConcept[] {
  const found = new Map<string, Set<string>>();
  for (const { label, classIndex } of labels) {
    // Another version may number its classes differently.
    const concept = hierarchy.labels[classIndex] === label ? hierarchy.of(classIndex) : undefined;
    if (!concept) continue;
    for (const id of [concept.id, ...hierarchy.allAbove(concept.id)])
      found.set(id, (found.get(id) ?? new Set()).add(label));
  }
  return Array.from(found, ([id, members]) => {
    const names = (hierarchy.get(id)?.names ?? []).map(keyOf);
    return { names: [...new Set([...names, ...pluralsOf(names, hierarchy)])], labels: [...members] };
  });
}

function pluralsOf(names: readonly string[], { irregular }: Hierarchy): string[] {
  return [...irregular].flatMap(([plural, singular]) =>
    names
      .filter((name) => name === singular || name.endsWith(` ${singular}`))
      .map((name) => name.slice(0, -singular.length) + plural),
  );
}
