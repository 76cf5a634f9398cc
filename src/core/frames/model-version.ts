import { MvsError } from '../base/errors.js';
import { didYouMean, nearest } from '../base/nearest.js';

/** What decides the output of a network, by part: its input, labels and files; long content as its SHA-256. */
export type ModelFacts = Readonly<Record<string, string>>;

/** A network whose results must not be mixed with those of any other. */
export interface ModelVersion {
  readonly name: string;
  /** SHA-256 in hexadecimal of the name and the facts; `unknownDigest` for records that name only a model. */
  readonly digest: string;
  readonly facts: ModelFacts;
}

/** Whether its records have objects. */
export function isDetector({ facts }: ModelVersion): boolean {
  return facts.detect !== undefined;
}

/** Records of earlier versions of mvs carry the name of the model only. */
export const unknownDigest = 'unknown';

/** As many characters of a digest as identify a version in a database. */
const shownDigits = 12;

/** `efficientnet-lite0@3f2a9c1b7d04`: the version in records, answers and messages. */
export function versionId({ name, digest }: Pick<ModelVersion, 'name' | 'digest'>): string {
  return `${name}@${shortDigest(digest)}`;
}

export function shortDigest(digest: string): string {
  return digest.slice(0, shownDigits);
}

/**
 * The version that `NAME` or `NAME@DIGEST` names; a digest may be shortened.
 * @throws MvsError NO_SUCH_MODEL if none does, USAGE if several do
 */
export function chooseVersion<T extends ModelVersion>(versions: readonly T[], wanted: string): T {
  const found = versions.filter((version) => isNamed(version, wanted));
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  const ids = (some: readonly T[]): string => some.map(versionId).join(', ');
  if (first) {
    throw new MvsError('USAGE', `the database has several versions of ${JSON.stringify(wanted)}`, {
      hint: `Name one of them: ${ids(found)}.`,
    });
  }
  const near = didYouMean(
    nearest(
      wanted,
      versions.map(({ name }) => name),
    ),
  );
  throw new MvsError('NO_SUCH_MODEL', `the database has no results of the model ${JSON.stringify(wanted)}`, {
    hint: versions.length === 0 ? 'It has no results at all.' : `${near}It has results of: ${ids(versions)}.`,
  });
}

/** Whether `NAME` or `NAME@DIGEST` names a version. */
export function isNamed({ name, digest }: ModelVersion, wanted: string): boolean {
  if (name === wanted) return true;
  const at = wanted.lastIndexOf('@');
  const digits = wanted.slice(at + 1);
  return at >= 0 && name === wanted.slice(0, at) && digits.length >= 4 && digest.startsWith(digits);
}
