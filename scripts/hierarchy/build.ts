import { groupBy } from '../../src/core/base/group-by.js';
import { added, cut, dropped, groups, merged, moreNames, notLevel2, preferred } from './corrections.js';
import { pathTo } from './path.js';
import type { WordNet } from './wordnet.js';

interface Concept {
  names: string[];
  rare?: string[];
  note?: string;
  above?: string[];
}

export interface BuiltHierarchy {
  readonly classes: readonly string[];
  readonly levels: readonly (readonly string[])[];
  readonly irregular: Readonly<Record<string, string>>;
  readonly concepts: Readonly<Record<string, Concept>>;
}

/** A meaning that is at least ten times as frequent as another one, and was seen at least so often, is the one that is meant. */
const seen = 10;

interface BuildOptions {
  /** By the id of a concept. */
  readonly notes: ReadonlyMap<string, string>;
  /** A network with few classes has some of the groups of `corrections.ts` only, and some of these are classes. */
  readonly fewClasses?: boolean;
}

/** @param classes the id of each class */
export function build(wordnet: WordNet, classes: readonly string[], options: BuildOptions): BuiltHierarchy {
  return new Builder(wordnet, classes, options).result();
}

class Builder {
  readonly #classes: readonly string[];
  readonly #wordnet: WordNet;
  readonly #options: BuildOptions;
  /** The classes at or below each synset. */
  readonly #below = new Map<string, Set<string>>();
  /** What stands for a synset: itself, or the most specific synset with the same classes. */
  readonly #keeper = new Map<string, string>();

  constructor(wordnet: WordNet, classes: readonly string[], options: BuildOptions) {
    this.#wordnet = wordnet;
    this.#classes = classes;
    this.#options = options;
    for (const id of classes)
      for (const each of [id, ...this.#allAbove(id)])
        this.#below.set(each, (this.#below.get(each) ?? new Set()).add(id));
    this.#mergeEqual();
  }

  result(): BuiltHierarchy {
    const names = this.#names();
    const rare = this.#rare(names);
    const kept = [...new Set(this.#keeper.values())].sort();
    const concepts: Record<string, Concept> = {};
    for (const id of kept) {
      const above = this.#aboveKept(id);
      const unlikely = rare.get(id) ?? [];
      const note = this.#options.notes.get(id);
      concepts[id] = {
        names: (names.get(id) ?? []).filter((name) => !unlikely.includes(name)),
        ...(unlikely.length === 0 ? {} : { rare: unlikely }),
        ...(note === undefined ? {} : { note }),
        ...(above.length === 0 ? {} : { above }),
      };
    }
    const words = new Set([...names.values()].flat().flatMap((name) => name.toLowerCase().split(/[ -]/)));
    const irregular = [...this.#wordnet.irregular].filter(
      ([plural, singular]) => words.has(singular) && !plural.includes('_') && !words.has(plural),
    );
    irregular.push(['people', 'person']);
    return {
      classes: this.#classes,
      levels: this.#levels(concepts),
      irregular: Object.fromEntries(irregular.sort()),
      concepts,
    };
  }

  #above(id: string): string[] {
    const { above = [] } = this.#wordnet.synsets.get(id) ?? {};
    const more = added.get(id);
    return [...(more === undefined ? [] : [more]), ...above]
      .filter((each) => !cut.has(`${id} ${each}`))
      .map((each) => merged.get(each) ?? each);
  }

  #allAbove(id: string): Set<string> {
    const all = new Set<string>();
    const walk = (from: string): void => {
      for (const each of this.#above(from)) {
        if (all.has(each)) continue;
        all.add(each);
        walk(each);
      }
    };
    walk(id);
    return all;
  }

  #isDropped(id: string): boolean {
    return dropped.has(this.#wordnet.synsets.get(id)?.words[0] ?? '');
  }

  #mergeEqual(): void {
    const useful = [...this.#below.keys()].filter((id) => this.#classes.includes(id) || !this.#isDropped(id));
    const bySet = groupBy(useful, (id) => [...(this.#below.get(id) ?? [])].sort().join());
    for (const same of bySet.values()) {
      const [lowest] = same.toSorted((a, b) => this.#allAbove(b).size - this.#allAbove(a).size);
      const keeper = same.find((id) => this.#classes.includes(id)) ?? lowest;
      if (keeper !== undefined) for (const id of same) this.#keeper.set(id, keeper);
    }
  }

  /** Of each kept concept: its own words, then those of the synsets that it stands for. */
  #names(): Map<string, string[]> {
    const names = new Map<string, string[]>();
    const ownFirst = [...this.#keeper].sort(([a, x], [b, y]) => Number(b === y) - Number(a === x));
    for (const [id, keeper] of ownFirst) {
      const known = names.get(keeper) ?? [];
      const words = this.#wordnet.synsets.get(id)?.words ?? [];
      for (const word of [...words, ...(moreNames.get(id) ?? [])])
        if (!known.some((name) => name.toLowerCase() === word.toLowerCase())) known.push(word);
      names.set(keeper, known);
    }
    for (const [id, known] of names)
      names.set(id, [
        ...known.filter((name) => preferred.has(name)),
        ...known.filter((name) => !preferred.has(name)),
      ]);
    return names;
  }

  /** Names that usually mean another concept. */
  #rare(names: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
    const all = [...names].flatMap(([id, each]) => each.map((name) => ({ id, name })));
    const rare = new Map<string, string[]>();
    for (const [name, senses] of groupBy(all, (each) => each.name.toLowerCase())) {
      const uses = (keeper: string): number =>
        Math.max(
          ...[...this.#keeper].flatMap(([id, k]) => (k === keeper ? [this.#wordnet.uses(name, id)] : [])),
        );
      const most = Math.max(...senses.map(({ id }) => uses(id)));
      for (const sense of most < seen ? [] : senses) {
        if (uses(sense.id) * 10 > most) continue;
        rare.set(sense.id, [...(rare.get(sense.id) ?? []), sense.name]);
      }
    }
    return rare;
  }

  /** The kept concepts directly above; none that is above another one of them. */
  #aboveKept(id: string): string[] {
    const found = new Set<string>();
    const walk = (from: string): void => {
      for (const each of this.#above(from)) {
        const keeper = this.#keeper.get(each);
        if (keeper === undefined || keeper === id) walk(each);
        else found.add(keeper);
      }
    };
    for (const [each, keeper] of this.#keeper) if (keeper === id) walk(each);
    const size = (each: string): number => this.#below.get(each)?.size ?? 0;
    return [...found].filter(
      (each) => ![...found].some((other) => size(other) < size(each) && this.#allAbove(other).has(each)),
    );
  }

  #levels(concepts: Readonly<Record<string, Concept>>): string[][] {
    const { fewClasses = false } = this.#options;
    const byName = new Map(
      Object.entries(concepts)
        .filter(([id]) => fewClasses || !this.#classes.includes(id))
        .map(([id, { names }]) => [names[0], id]),
    );
    const unknown = groups.filter((name) => !byName.has(name));
    if (unknown.length > 0 && !fewClasses) throw new Error(`no concepts are called ${unknown.join(', ')}`);
    const first = groups.flatMap((name) => byName.get(name) ?? []);
    const second = new Set<string>();
    for (const id of this.#classes) {
      const path = pathTo(id, concepts, new Set(first));
      const next = path.find(
        (each) => !this.#classes.includes(each) && !notLevel2.has(concepts[each]?.names[0] ?? ''),
      );
      if (next !== undefined) second.add(next);
    }
    return [first, [...second].filter((id) => !first.includes(id))];
  }
}
