import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { namesOf, type Question } from '../core/answers/ask.js';
import { furtherOf } from '../core/store/frame-filter.js';
import { groupsOf, understand, type Words } from '../core/answers/understand.js';
import type { Meaning } from '../core/concepts/meaning.js';
import type { RecordStore } from '../core/store/port.js';
import type { HomeFlags } from '../flags/index.js';
import { warnOfFew } from './few-predictions.js';
import { openHierarchy } from './hierarchy.js';
import { filterFor } from './objects.js';

interface Asked {
  readonly words: Words;
  readonly level?: number | undefined;
}

interface Understood {
  readonly meanings: readonly Meaning[];
  /** Whose classes the words mean, if they are known. */
  readonly network?: string | undefined;
}

/** The classes that words mean in these videos. */
export async function openWords(
  store: RecordStore,
  videos: readonly string[],
  words: Words,
  flags: HomeFlags,
  log: Log,
): Promise<Understood & { readonly found: Pick<Question, 'classes' | 'notClasses' | 'near' | 'nameOf'> }> {
  if (words.labels.length === 0 && words.notLabels.length === 0) return { found: {}, meanings: [] };
  const hierarchy = await openHierarchy(store, flags, log);
  const { question, meanings } = await understand(store, videos, words, hierarchy);
  return { found: question, meanings, network: hierarchy && store.version?.name };
}

/**
 * Completes a question with what its results have, and with the classes that its words mean or with groups.
 * @throws MvsError NO_SUCH_VIDEO, USAGE
 */
export async function openQuestion(
  store: RecordStore,
  asked: Question,
  { words, level }: Asked,
  flags: HomeFlags,
  log: Log,
): Promise<Understood & { readonly question: Question }> {
  const question = filterFor(store, asked);
  if (level !== undefined) {
    const hierarchy = await openHierarchy(store, flags, log);
    if (hierarchy) {
      const { levels = Infinity } = hierarchy;
      if (level > levels)
        log.warn(`--level ${level}: the hierarchy of these classes has only ${levels} levels`);
      return { question: { ...question, nameOf: groupsOf(hierarchy, level) }, meanings: [] };
    }
    throw new MvsError('USAGE', 'the classes of this model have no hierarchy to group by', {
      hint: 'Remove --level, or name a hierarchy in the model.yaml of the network (docs/finding.md).',
    });
  }
  if (words.labels.length === 0 && words.notLabels.length === 0) return { question, meanings: [] };
  const videos = await namesOf(store, question.video);
  const further = furtherOf(question) === 'top';
  const { found, ...understood } = await openWords(store, videos, { ...words, further }, flags, log);
  await warnOfFew(store, videos, question, log);
  return { question: { ...question, ...found }, ...understood };
}
