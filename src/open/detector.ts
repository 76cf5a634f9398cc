import type { KnowingDetector } from '../core/answers/understand.js';
import { bundledModels, loadModel } from '../core/classifier/load-model.js';
import { readHierarchy } from '../core/concepts/hierarchy-file.js';
import { meaningOf } from '../core/concepts/meaning.js';
import { isDetector, versionId } from '../core/frames/model-version.js';
import type { RecordStore } from '../core/store/port.js';

/** The bundled detector that knows some of these words, if they are asked of the results of a classifier. */
export async function knowingDetector(
  store: Pick<RecordStore, 'version' | 'versions'>,
  texts: readonly string[],
): Promise<KnowingDetector | undefined> {
  if (store.version === undefined || isDetector(store.version)) return undefined;
  for (const name of await bundledModels()) {
    const { detect, labels, hierarchy: file } = await loadModel(name);
    if (detect === undefined) continue;
    const vocabulary = {
      labels,
      hierarchy: file === undefined ? undefined : await readHierarchy(file, labels),
    };
    const words = texts.filter((text) => meaningOf(text, vocabulary).classes.size > 0);
    if (words.length === 0) continue;
    const stored = (await store.versions()).findLast((one) => one.name === name && isDetector(one));
    return { name, words, stored: stored && versionId(stored) };
  }
  return undefined;
}
