import { nearest } from '../base/nearest.js';
import type { ClassSet } from '../frames/class-set.js';
import type { Concept, Hierarchy } from './hierarchy.js';
import { hasSymbols, hasWords, isNamed, isPattern, keyOf, patternOf, synonymsOf } from './words.js';

/** The labels that a text can mean: those of the hierarchy, if there is one, and after them others in the database, in any order. */
export interface Vocabulary {
  readonly labels: readonly string[];
  readonly hierarchy?: Hierarchy | undefined;
}

export interface MeantConcept extends Concept {
  /** How many classes are this concept or below it. */
  readonly classes: number;
  /** The text that means only this one. */
  readonly choose: string;
}

/** What a text of `--label` stands for. */
export interface Meaning {
  readonly text: string;
  /** Several if the text is ambiguous; none if it is a pattern, or words of labels. */
  readonly concepts: readonly MeantConcept[];
  /** Concepts that have this name too, and are not meant. */
  readonly others: readonly MeantConcept[];
  /** Positions in the labels of the vocabulary. Empty if the text means nothing. */
  readonly classes: ReadonlySet<number>;
}

/** People are asked for by these words, and mean them: a network without them knows no person, and not perhaps a prison. */
const people = new Set(
  'adult;baby;boy;child;face;girl;human;human being;kid;man;pedestrian;people;person;woman'.split(';'),
);

/**
 * In this order: a pattern; a concept by any of its names or its id, or `NAME:ABOVE`; with symbols, a whole name of a class; whole words in
 * a label.
 */
export function meaningOf(text: string, { labels, hierarchy }: Vocabulary): Meaning {
  if (isPattern(text)) return { text, concepts: [], others: [], classes: matching(labels, patternOf(text)) };
  const irregular = hierarchy?.irregular ?? new Map<string, string>();
  const withWords = (from = 0): Set<number> => {
    const those = (fits: (label: string) => boolean): Set<number> =>
      matching(labels, (label, index) => index >= from && fits(label));
    // "C++" has the word "C" in it, and "🐈" has none.
    const named = hasSymbols(text) ? those((label) => isNamed(label, text)) : new Set<number>();
    return named.size > 0 ? named : those((label) => hasWords(label, text, irregular));
  };
  if (!hierarchy) return { text, concepts: [], others: [], classes: withWords() };
  const named = conceptsOf(text, hierarchy);
  const { concepts } = named;
  // "face" is not asked for to find face powder.
  if (concepts.length === 0 && !people.has(keyOf(text))) return { text, ...named, classes: withWords() };
  const below = concepts.flatMap(({ id }) => hierarchy.classesBelow(id));
  return { text, ...named, classes: new Set([...below, ...withWords(hierarchy.labels.length)]) };
}

function matching(labels: readonly string[], fits: (label: string, index: number) => boolean): Set<number> {
  return new Set(labels.flatMap((label, index) => (fits(label, index) ? [index] : [])));
}

type Concepts = Pick<Meaning, 'concepts' | 'others'>;

function conceptsOf(text: string, hierarchy: Hierarchy): Concepts {
  const { usual, rare } = hierarchy.named(text);
  // What only ever is a rare name is meant all the same.
  const [meant, others] = usual.length > 0 ? [usual, rare] : [rare, []];
  if (meant.length > 0) return described(text, outermost(meant, hierarchy), others, hierarchy);
  const colon = text.lastIndexOf(':');
  if (colon < 0) return { concepts: [], others: [] };
  const above = hierarchy.named(text.slice(colon + 1)).usual;
  const below = hierarchy.named(text.slice(0, colon));
  const within = [...below.usual, ...below.rare].filter(({ id }) =>
    above.some((each) => hierarchy.allAbove(id).has(each.id)),
  );
  return described(text, outermost(within, hierarchy), [], hierarchy);
}

/** Without those that are below another one. */
function outermost(concepts: readonly Concept[], hierarchy: Hierarchy): Concept[] {
  return concepts.filter(({ id }) => !concepts.some((other) => hierarchy.allAbove(id).has(other.id)));
}

function described(
  text: string,
  meant: readonly Concept[],
  others: readonly Concept[],
  hierarchy: Hierarchy,
): Concepts {
  const all = [...meant, ...others];
  const describe = (some: readonly Concept[]): MeantConcept[] =>
    some
      .map((concept) => {
        const classes = hierarchy.classesBelow(concept.id).length;
        const choose = all.length === 1 ? text : chosen(text, concept, all, hierarchy);
        return { ...concept, classes, choose };
      })
      .filter(({ classes }) => classes > 0)
      .sort((a, b) => b.classes - a.classes);
  return { concepts: describe(meant), others: describe(others) };
}

/** `crane:bird`, or the id of the concept where no concept above it distinguishes it. */
function chosen(text: string, { id, own }: Concept, all: readonly Concept[], hierarchy: Hierarchy): string {
  const isOfOther = (above: string): boolean =>
    all.some((each) => each.id !== id && (each.id === above || hierarchy.allAbove(each.id).has(above)));
  const able = [...hierarchy.allAbove(id)].flatMap((above) => {
    const [name = ''] = hierarchy.get(above)?.names ?? [];
    const { usual } = hierarchy.named(name);
    return isOfOther(above) || usual.some((each) => isOfOther(each.id)) ? [] : [{ above, name }];
  });
  const [group] = own.flatMap((classIndex) => hierarchy.groupOf(classIndex, 1)?.id ?? []);
  const found = able.find(({ above }) => above === group) ?? able[0];
  return found ? `${text}:${found.name}` : id;
}

/** Classes of a vocabulary as a set that a database can look up. */
export function classSetOf(
  { labels, hierarchy }: Vocabulary,
  meanings: readonly Pick<Meaning, 'classes'>[],
): ClassSet {
  const within = new Set(meanings.flatMap(({ classes }) => [...classes]));
  const found = new Set([...within].map((index) => labels[index] ?? ''));
  // Without a hierarchy, a position in the labels is not the index of a class.
  const except = hierarchy ? matching(labels, (label) => found.has(label)) : new Set<number>();
  return { labels: [...found], except: [...except].filter((index) => !within.has(index)) };
}

/** Similar names, for a text that means nothing. */
export function nearNames({ text }: Meaning, { labels, hierarchy }: Vocabulary): string[] {
  if (isPattern(text)) return [];
  if (people.has(keyOf(text)))
    return hierarchy && hierarchy.named('person').usual.length > 0 ? ['person'] : [];
  const names = [...(hierarchy?.concepts ?? [])].flatMap((concept) => concept.names);
  return nearest(text, [...names, ...labels.flatMap(synonymsOf)]);
}
