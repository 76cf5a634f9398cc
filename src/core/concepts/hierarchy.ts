import { groupBy } from '../base/group-by.js';
import type { HierarchyContent } from './content.js';
import { formsOf, keyOf, synonymsOf, type Irregular } from './words.js';

export interface Concept {
  readonly id: string;
  /** The first one is shown. */
  readonly names: readonly string[];
  readonly note?: string | undefined;
  readonly above: readonly string[];
  /** The classes of the network that are this concept itself; usually one or none. */
  readonly own: readonly number[];
}

/** What the classes of a network are: a terrier is a dog, and a dog an animal. A concept may be below several others. */
export class Hierarchy {
  readonly labels: readonly string[];
  readonly irregular: Irregular;
  readonly #concepts: ReadonlyMap<string, Concept>;
  readonly #below = new Map<string, string[]>();
  readonly #levels: readonly ReadonlySet<string>[];
  readonly #classes: readonly string[];
  /** The concepts of each name, by every form of the name. */
  readonly #usual = new Map<string, Set<string>>();
  readonly #rare = new Map<string, Set<string>>();

  constructor(
    { classes, concepts, levels = [], irregular = new Map() }: HierarchyContent,
    labels: readonly string[],
  ) {
    this.labels = labels;
    this.irregular = irregular;
    this.#classes = classes;
    this.#levels = levels.map((level) => new Set(level));
    const classesOf = groupBy(labels.keys(), (index) => classes[index]);
    this.#concepts = new Map(
      Array.from(concepts, ([id, { names = [], rare = [], note, above = [] }]) => {
        const own = classesOf.get(id) ?? [];
        const synonyms = own
          .flatMap((index) => synonymsOf(labels[index] ?? ''))
          .filter((name) => !rare.includes(name));
        const all = [...new Set([...names, ...synonyms])];
        this.#note(this.#usual, all, id);
        this.#note(this.#rare, rare, id);
        for (const each of above) {
          const siblings = this.#below.get(each);
          if (siblings) siblings.push(id);
          else this.#below.set(each, [id]);
        }
        return [
          id,
          { id, names: all.length > 0 ? all : rare.length > 0 ? rare : [id], note, above, own },
        ] as const;
      }),
    );
  }

  #note(index: Map<string, Set<string>>, names: readonly string[], id: string): void {
    for (const name of names) {
      for (const form of formsOf(keyOf(name), this.irregular)) {
        const known = index.get(form);
        if (known) known.add(id);
        else index.set(form, new Set([id]));
      }
    }
  }

  /** Sorted by nothing in particular. */
  get concepts(): Iterable<Concept> {
    return this.#concepts.values();
  }

  get(id: string): Concept | undefined {
    return this.#concepts.get(id);
  }

  of(classIndex: number): Concept | undefined {
    return this.#concepts.get(this.#classes[classIndex] ?? '');
  }

  /** The concepts of this name, or with this id; `rare` are those that usually have another name. */
  named(text: string): { readonly usual: readonly Concept[]; readonly rare: readonly Concept[] } {
    const exact = this.get(text);
    if (exact) return { usual: [exact], rare: [] };
    const forms = formsOf(keyOf(text), this.irregular);
    const usual = this.#lookUp(this.#usual, forms);
    return { usual, rare: this.#lookUp(this.#rare, forms).filter((concept) => !usual.includes(concept)) };
  }

  #lookUp(index: ReadonlyMap<string, ReadonlySet<string>>, forms: readonly string[]): Concept[] {
    const ids = new Set(forms.flatMap((form) => [...(index.get(form) ?? [])]));
    return [...ids].flatMap((id) => this.get(id) ?? []);
  }

  /** The concept and all below it. */
  withBelow(id: string): ReadonlySet<string> {
    return this.#reach([id], (each) => this.#below.get(each) ?? []);
  }

  /** All above a concept, nearest first. */
  allAbove(id: string): ReadonlySet<string> {
    const next = (each: string): readonly string[] => this.get(each)?.above ?? [];
    return this.#reach(next(id), next);
  }

  #reach(from: readonly string[], next: (id: string) => readonly string[]): Set<string> {
    const found = new Set(from);
    // A set may grow while it is read. What several ways lead to is followed once.
    for (const id of found) for (const each of next(id)) found.add(each);
    return found;
  }

  /** The classes that are this concept or below it. */
  classesBelow(id: string): number[] {
    return [...this.withBelow(id)].flatMap((each) => this.get(each)?.own ?? []);
  }

  /** How many levels are named; undefined if the depth below the top counts. */
  get levels(): number | undefined {
    return this.#levels.length || undefined;
  }

  /** The concept that a class belongs to at a level, counted from 1; undefined if none is named, or the depth ends at the class itself. */
  groupOf(classIndex: number, level: number): Concept | undefined {
    const concept = this.of(classIndex);
    if (!concept) return undefined;
    if (this.#levels.length === 0) {
      const id = this.#path(concept).at(level - 1);
      return id === undefined || id === concept.id ? undefined : this.get(id);
    }
    const groups = this.#levels[level - 1];
    const coarser = level === 1 ? undefined : this.groupOf(classIndex, level - 1);
    if (!groups || (level > 1 && !coarser)) return undefined;
    const isFiner = (id: string): boolean => !coarser || this.allAbove(id).has(coarser.id);
    const id = [concept.id, ...this.allAbove(concept.id)].find((each) => groups.has(each) && isFiner(each));
    return id === undefined ? undefined : this.get(id);
  }

  /** From the top to a concept, by the first of the concepts above each. */
  #path(concept: Concept): string[] {
    const path = [concept.id];
    for (let [above] = concept.above; above !== undefined; [above] = this.get(above)?.above ?? [])
      path.unshift(above);
    return path;
  }
}
