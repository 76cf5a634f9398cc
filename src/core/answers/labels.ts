import pMap from 'p-map';
import { groupBy } from '../base/group-by.js';
import type { Concept, Hierarchy } from '../concepts/hierarchy.js';
import { meaningOf, nearNames, type Vocabulary } from '../concepts/meaning.js';
import type { Combination, RecordStore } from '../store/port.js';
import { shownVersion } from './videos.js';

/** A concept or a class in the tree of what can be asked for. */
export interface LabelRow {
  /** Null for a label that no hierarchy describes. */
  readonly id: string | null;
  /** The names that `--label` understands; the label itself for a class. */
  readonly names: readonly string[];
  /** The label of a class; null for a concept that groups classes. */
  readonly label: string | null;
  readonly classIndex: number | null;
  /** How far the row is below the top of the tree. */
  readonly depth: number;
  /** How many classes are this one or below it. */
  readonly classes: number;
  /** How many frames show it, of all videos: best, or with a detector as any object. */
  readonly frames: number;
}

export interface LabelTree {
  readonly modelVersion: string | null;
  /** In the order of the tree: what is below a row follows it, with a greater depth. */
  readonly labels: readonly LabelRow[];
  /** If the text means nothing: similar names. */
  readonly didYouMean?: readonly string[];
}

interface TreeOptions {
  /** Only what this means, and what is below it. */
  readonly text?: string | undefined;
  /** Also what no frame shows. */
  readonly all: boolean;
}

/** How many frames show what, of all videos. */
interface Counts {
  readonly of: (label: string) => number;
  /** Each frame once, however many classes below the concept it shows. */
  readonly below: (concept: string) => number;
  /** Most frequent first. */
  readonly labels: readonly string[];
}

const concurrency = 4;

/** What the database shows of the classes of its network. */
export async function labelTree(
  store: RecordStore,
  hierarchy: Hierarchy | undefined,
  { text, all }: TreeOptions,
): Promise<LabelTree> {
  const counts = await countLabels(store, hierarchy);
  const modelVersion = shownVersion(store);
  const vocabulary: Vocabulary = hierarchy ? { labels: hierarchy.labels, hierarchy } : counts;
  const meaning = text === undefined ? undefined : meaningOf(text, vocabulary);
  if (meaning?.classes.size === 0)
    return { modelVersion, labels: [], didYouMean: nearNames(meaning, vocabulary) };
  if (!hierarchy) {
    const meant = counts.labels.filter((_, index) => meaning?.classes.has(index) ?? true);
    return { modelVersion, labels: meant.map((label) => plainRow(label, counts)) };
  }
  if (meaning?.concepts.length === 0) {
    const concepts = [...meaning.classes].flatMap((index) => hierarchy.of(index) ?? []);
    return { modelVersion, labels: concepts.flatMap((each) => rowsOf(hierarchy, [each], counts, true)) };
  }
  const top = meaning?.concepts ?? [...hierarchy.concepts].filter(({ above }) => above.length === 0);
  // Records of an earlier mvs may have labels that the network does not have any more.
  const known = new Set(hierarchy.labels);
  const others = meaning ? [] : counts.labels.filter((label) => !known.has(label));
  const rows = rowsOf(hierarchy, top, counts, all || meaning !== undefined);
  return { modelVersion, labels: [...rows, ...others.map((label) => plainRow(label, counts))] };
}

async function countLabels(store: RecordStore, hierarchy: Hierarchy | undefined): Promise<Counts> {
  const [byLabel, byConcept] = [new Map<string, number>(), new Map<string, number>()];
  const one = async ({ video }: { readonly video: string }): Promise<void> => {
    for await (const { classes, count } of store.combinations(video)) {
      addTo(byLabel, new Set(classes.map(({ label }) => label)), count);
      if (hierarchy) addTo(byConcept, new Set(classes.flatMap((each) => conceptsOf(each, hierarchy))), count);
    }
  };
  await pMap(await store.videos(), one, { concurrency });
  const of: Counts['of'] = (label) => byLabel.get(label) ?? 0;
  const labels = [...byLabel.keys()].sort((a, b) => of(b) - of(a) || (a < b ? -1 : 1));
  return { of, below: (concept) => byConcept.get(concept) ?? 0, labels };
}

function addTo(counts: Map<string, number>, keys: Iterable<string>, count: number): void {
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The concept of a class and all above it; none for a class of records of an earlier mvs that is numbered differently. */
function conceptsOf(
  { label, classIndex }: Combination['classes'][number],
  hierarchy: Hierarchy,
): readonly string[] {
  const concept = hierarchy.labels[classIndex] === label ? hierarchy.of(classIndex) : undefined;
  return concept ? [concept.id, ...hierarchy.allAbove(concept.id)] : [];
}

function plainRow(label: string, counts: Counts): LabelRow {
  return {
    id: null,
    names: [label],
    label,
    classIndex: null,
    depth: 0,
    classes: 1,
    frames: counts.of(label),
  };
}

/** What is below these concepts, each once, below the first concept above it that is in the tree. */
function rowsOf(hierarchy: Hierarchy, top: readonly Concept[], counts: Counts, all: boolean): LabelRow[] {
  const inTree = new Set(top.flatMap(({ id }) => [...hierarchy.withBelow(id)]));
  const roots = new Set(top.map(({ id }) => id));
  const parentOf = ({ id, above }: Concept): string | undefined =>
    roots.has(id) ? undefined : above.find((each) => inTree.has(each));
  const children = groupBy(
    [...inTree].flatMap((id) => hierarchy.get(id) ?? []),
    parentOf,
  );
  const rows: LabelRow[] = [];
  const walk = (concepts: readonly Concept[], depth: number): void => {
    const described = concepts.map((concept) => rowOf(hierarchy, concept, depth, counts));
    const shown = described.filter(({ frames, classes }) => classes > 0 && (all || frames > 0));
    for (const row of shown.sort((a, b) => b.frames - a.frames || (byName(a) < byName(b) ? -1 : 1))) {
      rows.push(row);
      walk(children.get(row.id ?? '') ?? [], depth + 1);
    }
  };
  walk(top, 0);
  return rows;
}

function byName({ names }: LabelRow): string {
  return names[0]?.toLowerCase() ?? '';
}

function rowOf(hierarchy: Hierarchy, { id, names, own }: Concept, depth: number, counts: Counts): LabelRow {
  const below = hierarchy.classesBelow(id);
  const [classIndex = null] = own;
  const label = classIndex === null ? null : (hierarchy.labels[classIndex] ?? null);
  return { id, names, label, classIndex, depth, classes: below.length, frames: counts.below(id) };
}
