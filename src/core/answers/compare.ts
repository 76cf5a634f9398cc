import { MvsError } from '../base/errors.js';
import { chooseVersion, versionId, type ModelVersion } from '../frames/model-version.js';
import type { RecordStore } from '../store/port.js';
import type { ChangedFrame } from './changes.js';
import { Comparison, type CompareOptions, type Diff, type Side } from './diff.js';
import { First } from './first.js';
import { shownVersion } from './videos.js';

/** What `--json` shows. */
export interface DetailedDiff extends Diff {
  /** Changed frames, those first of which both versions are most certain. */
  readonly frames?: readonly ChangedFrame[];
}

interface StoredSide extends Side {
  readonly results: RecordStore;
}
export type StoredSides = readonly [StoredSide, StoredSide];

/**
 * The versions that `NAME` or `NAME@DIGEST` name.
 * @throws MvsError NO_SUCH_MODEL, USAGE if they are the same version
 */
export async function sidesOf(store: RecordStore, a: string, b: string): Promise<StoredSides> {
  const versions = await store.versions();
  const [left, right] = [chooseVersion(versions, a), chooseVersion(versions, b)];
  const side = (version: ModelVersion) => ({ id: versionId(version), results: store.of(version) });
  if (versionId(left) !== versionId(right)) return [side(left), side(right)];
  throw new MvsError('USAGE', `${a} and ${b} are the same version of a model: ${versionId(left)}`, {
    hint: 'Name two versions. "mvs models:list" shows those of the database.',
  });
}

/** The version that the store answers from, and the one that `NAME` or `NAME@DIGEST` names. @throws MvsError like `sidesOf` */
export function sidesFrom(store: RecordStore, other: string): Promise<StoredSides> {
  return sidesOf(store, shownVersion(store) ?? other, other);
}

/** Compares two versions, without or with the frames that differ most. @throws the signal's reason when it is aborted */
export async function compare(
  sides: readonly [Side, Side],
  videos: readonly string[],
  { frames: wanted, ...options }: CompareOptions & { readonly frames: boolean },
): Promise<DetailedDiff> {
  const comparison = new Comparison(sides, options);
  const most = new First<ChangedFrame>(wanted ? options.limit : 0, (x, y) => certainty(y) - certainty(x));
  for await (const frame of comparison.changedFrames(videos)) most.add(frame);
  const { diff } = comparison;
  return wanted ? { ...diff, frames: most.items } : diff;
}

/** A change weighs more if neither version had doubts. */
function certainty({ from, to }: ChangedFrame): number {
  return from.confidence + to.confidence;
}

/**
 * @param maxChanges in percent of the compared frames
 * @returns an error if more frames changed, or if there was nothing to compare
 */
export function changeAlarm(
  { a, b, compared, changed }: Diff,
  maxChanges: number | undefined,
): MvsError | undefined {
  if (maxChanges === undefined) return undefined;
  if (compared === 0) {
    return new MvsError(
      'CHANGES_EXCEEDED',
      `no frame has results of both ${a} and ${b}, so there is nothing to compare`,
      {
        hint: 'Store the results of both with "mvs consume --model", or leave out --max-changes.',
      },
    );
  }
  // Rounded: 7 of 1000 are 0.7 %, also in binary.
  const percent = Number(((changed / compared) * 100).toFixed(9));
  if (percent <= maxChanges) return undefined;
  const share = `${percent.toFixed(2)} % of ${compared} frames have another label`;
  return new MvsError('CHANGES_EXCEEDED', `${share}, which exceeds --max-changes ${maxChanges}`, {
    hint: '"mvs diff --frames" lists the frames that differ most.',
  });
}
