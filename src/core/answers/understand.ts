import pMap from 'p-map';
import type { Hierarchy } from '../concepts/hierarchy.js';
import { classSetOf, meaningOf, nearNames, type Meaning, type Vocabulary } from '../concepts/meaning.js';
import { memberOf } from '../frames/class-set.js';
import { noObject } from '../frames/frame.js';
import { isDetector, unknownDigest } from '../frames/model-version.js';
import type { RecordStore } from '../store/port.js';
import type { Question } from './ask.js';
import type { NameOf } from './naming.js';

/** What a user writes to say which classes are meant. */
export interface Words {
  readonly labels: readonly string[];
  readonly notLabels: readonly string[];
  /** Whether more than the best prediction of each frame is looked at. */
  readonly further?: boolean;
}

interface Understood {
  readonly question: Pick<Question, 'classes' | 'notClasses' | 'near' | 'nameOf'>;
  /** Of each text. */
  readonly meanings: readonly Meaning[];
}

/** What the words of a question mean in the results that it is about. */
export interface Understanding {
  readonly meanings: readonly Meaning[];
  /** Whose classes the words mean, if they are known. */
  readonly network?: string | undefined;
  /** For the results of a classifier: a detector that knows some of the words. */
  readonly detector?: KnowingDetector | undefined;
}

/** A detector that comes with mvs. */
export interface KnowingDetector {
  readonly name: string;
  /** The words that it knows. */
  readonly words: readonly string[];
  /** `NAME@DIGEST` of its results in the database, if it has any. */
  readonly stored: string | undefined;
}

/** Videos whose labels are looked up at the same time. */
const concurrency = 4;

/**
 * Turns words into the classes that they mean. Without a hierarchy, they mean labels of these videos. Records of an earlier mvs may have
 * labels that the hierarchy does not have, so words mean these too.
 */
export async function understand(
  store: RecordStore,
  videos: readonly string[],
  { labels, notLabels, further = false }: Words,
  hierarchy: Hierarchy | undefined,
): Promise<Understood> {
  if (labels.length === 0 && notLabels.length === 0) return { question: {}, meanings: [] };
  const { version } = store;
  const isCertain = hierarchy !== undefined && version?.digest !== unknownDigest;
  const unclassed = version && isDetector(version) ? [noObject.label] : [];
  const stored = isCertain ? unclassed : await labelsIn(store, videos, further);
  const known = new Set(hierarchy?.labels);
  const others = stored.filter((label) => !known.has(label));
  const vocabulary = { labels: [...(hierarchy?.labels ?? []), ...others], hierarchy };
  const meant = labels.map((text) => meaningOf(text, vocabulary));
  const not = notLabels.map((text) => meaningOf(text, vocabulary));
  const unknown = meant.filter(({ classes }) => classes.size === 0);
  const question = {
    ...(labels.length === 0 ? {} : { classes: classSetOf(vocabulary, meant) }),
    ...(notLabels.length === 0 ? {} : { notClasses: classSetOf(vocabulary, not) }),
    near: unknown.flatMap((meaning) => nearNames(meaning, vocabulary)),
    nameOf: namer(vocabulary, meant),
  };
  return { question, meanings: [...meant, ...not] };
}

async function labelsIn(store: RecordStore, videos: readonly string[], further: boolean): Promise<string[]> {
  const found = await pMap(videos, (video) => store.labels(video, further), { concurrency });
  return [...new Set(found.flat())].sort();
}

/** A frame of a concept is called by its name: a search for dogs finds one segment where the breed changes. */
function namer(vocabulary: Vocabulary, meanings: readonly Meaning[]): NameOf | undefined {
  const named = meanings.flatMap((meaning) => {
    const [concept] = meaning.concepts;
    if (!concept || meaning.classes.size < 2) return [];
    return [{ name: concept.names[0], isMember: memberOf(classSetOf(vocabulary, [meaning])) }];
  });
  if (named.length === 0) return undefined;
  return (frame) => {
    const own = named.find(({ isMember }) => isMember(frame));
    return (own ?? named.find(({ isMember }) => frame.top?.some(isMember)))?.name;
  };
}

/** The groups of a summary. */
export function groupsOf(hierarchy: Hierarchy, level: number): NameOf {
  const names = new Map<number, string | undefined>();
  return ({ classIndex, label }) => {
    // Records of an earlier mvs may number their classes differently.
    if (hierarchy.labels[classIndex] !== label) return undefined;
    if (!names.has(classIndex)) names.set(classIndex, hierarchy.groupOf(classIndex, level)?.names[0]);
    return names.get(classIndex);
  };
}
