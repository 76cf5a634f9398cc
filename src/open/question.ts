import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { namesOf, type Question } from '../core/answers/ask.js';
import { furtherOf } from '../core/store/frame-filter.js';
import { groupsOf, understand, type Understanding, type Words } from '../core/answers/understand.js';
import type { FrameFilter, RecordStore, VideoInfo } from '../core/store/port.js';
import type { HomeFlags } from '../flags/index.js';
import type { Infer } from '../flags/infer.js';
import { wordsOf, type wordFlags } from '../flags/words.js';
import { knowingDetector } from './detector.js';
import { warnOfFew } from './few-predictions.js';
import { openHierarchy } from './hierarchy.js';
import { filterFor } from './objects.js';

type AskingFlags = HomeFlags &
  Pick<Infer<typeof wordFlags>, 'label' | 'not-label'> & { readonly level?: number | undefined };

/**
 * Completes a filter with what its results have, and with the classes that its words mean in these videos.
 * @throws MvsError USAGE
 */
export async function openFilter(
  store: RecordStore,
  videos: readonly Pick<VideoInfo, 'video'>[],
  asked: FrameFilter,
  flags: AskingFlags,
  log: Log,
): Promise<Understanding & { readonly filter: FrameFilter; readonly near: Question['near'] }> {
  const names = videos.map(({ video }) => video);
  const { found, ...understood } = await openWords(store, names, wordsOf(flags), flags, log);
  return { filter: { ...filterFor(store, asked), ...found }, near: found.near, ...understood };
}

/**
 * Completes a question with what its results have, and with the classes that its words mean or with groups.
 * @throws MvsError NO_SUCH_VIDEO, USAGE
 */
export async function openQuestion(
  store: RecordStore,
  asked: Question,
  { level, ...flags }: AskingFlags,
  log: Log,
): Promise<Understanding & { readonly question: Question }> {
  const [question, words] = [filterFor(store, asked), wordsOf(flags)];
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

/** The classes that words mean in these videos. */
async function openWords(
  store: RecordStore,
  videos: readonly string[],
  words: Words,
  flags: HomeFlags,
  log: Log,
): Promise<Understanding & { readonly found: Pick<Question, 'classes' | 'notClasses' | 'near' | 'nameOf'> }> {
  if (words.labels.length === 0 && words.notLabels.length === 0) return { found: {}, meanings: [] };
  const hierarchy = await openHierarchy(store, flags, log);
  const { question, meanings } = await understand(store, videos, words, hierarchy);
  const detector = await knowingDetector(store, words.labels, log);
  return { found: question, meanings, network: hierarchy && store.version?.name, detector };
}
