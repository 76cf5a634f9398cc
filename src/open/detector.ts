import type { KnowingDetector } from '../core/answers/understand.js';
import type { Log } from '../core/base/log.js';
import { bundledModels, loadModel } from '../core/classifier/load-model.js';
import { readHierarchy } from '../core/concepts/hierarchy-file.js';
import { meaningOf } from '../core/concepts/meaning.js';
import { isDetector, versionId } from '../core/frames/model-version.js';
import type { RecordStore } from '../core/store/port.js';
import { unlessDamaged } from './hierarchy.js';

/** The bundled detector that knows some of these words, if they are asked of the results of a classifier. */
export async function knowingDetector(
  store: Pick<RecordStore, 'version' | 'versions'>,
  texts: readonly string[],
  log: Log,
): Promise<KnowingDetector | undefined> {
  if (store.version === undefined || isDetector(store.version)) return undefined;
  for (const name of await bundledModels()) {
    const words = await unlessDamaged(() => wordsOfDetector(name, texts), log);
    if (words === undefined || words.length === 0) continue;
    const stored = (await store.versions()).findLast((one) => one.name === name && isDetector(one));
    return { name, words, stored: stored && versionId(stored) };
  }
  return undefined;
}

/** Those that a network knows; none if it is no detector. */
async function wordsOfDetector(name: string, texts: readonly string[]): Promise<readonly string[]> {
  const { detect, labels, hierarchy: file } = await loadModel(name);
  if (detect === undefined) return [];
  const hierarchy = file === undefined ? undefined : await readHierarchy(file, labels);
  return texts.filter((text) => meaningOf(text, { labels, hierarchy }).classes.size > 0);
}
