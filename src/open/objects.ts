import { MvsError } from '../core/base/errors.js';
import { isDetector, versionId } from '../core/frames/model-version.js';
import type { FrameFilter, RecordStore } from '../core/store/port.js';

/** @throws MvsError USAGE if these results have no objects */
export function mustHaveObjects({ version }: Pick<RecordStore, 'version'>, flag: string): void {
  if (version === undefined || isDetector(version)) return;
  throw new MvsError('USAGE', `${flag} needs objects, and ${versionId(version)} is not a detector`, {
    hint: `Name a detector that has results: --model NAME ("mvs models:list" shows them). Or remove ${flag}.`,
  });
}

/**
 * A filter for the results of this store: with those of a detector, its conditions are for objects.
 * @throws MvsError USAGE if these results cannot be filtered in this way
 */
export function filterFor<T extends FrameFilter>({ version }: Pick<RecordStore, 'version'>, filter: T): T {
  const { objects, rank, sum } = filter;
  if (version === undefined) return filter;
  if (!isDetector(version)) {
    if (objects !== undefined)
      mustHaveObjects({ version }, objects.minCount === undefined ? '--area' : '--min-count');
    return filter;
  }
  if (rank !== undefined || sum === true) {
    const flag = sum ? '--sum' : '--rank';
    throw new MvsError('USAGE', `${flag} is for classifiers, and ${versionId(version)} is a detector`, {
      hint: `Remove ${flag}: --label looks at all objects of a frame, and each has a score of its own.`,
    });
  }
  return { ...filter, objects: objects ?? {} };
}
