import { versionId, type ModelVersion } from '../frames/model-version.js';
import { differencesOf, type FactDifference } from '../frames/version-differences.js';
import type { StoredVersion } from '../store/port.js';

/** A model version, and what differs from another one. */
export interface VersionView {
  /** `NAME@DIGEST`; null if the network was not downloaded. */
  readonly version: string | null;
  readonly digest: string | null;
  /** What decides the output of the network, by part; long content as its SHA-256. */
  readonly facts: readonly { readonly fact: string; readonly value: string }[] | null;
  /** What the database says about the version; null if it was not asked. */
  readonly stored: Pick<StoredVersion, 'active' | 'firstUsed' | 'lastUsed'> | null;
  /** The version that it was compared with. */
  readonly comparedWith: string | null;
  /** Null also if the facts of a version are unknown. */
  readonly differences: readonly FactDifference[] | null;
}

export function viewOf(
  version: ModelVersion | undefined,
  stored: StoredVersion | undefined,
  other: ModelVersion | undefined,
): VersionView {
  const { active = false, firstUsed, lastUsed } = stored ?? {};
  return {
    version: version ? versionId(version) : null,
    digest: version?.digest ?? null,
    facts: version ? Object.entries(version.facts).map(([fact, value]) => ({ fact, value })) : null,
    stored: firstUsed && lastUsed ? { active, firstUsed, lastUsed } : null,
    comparedWith: other ? versionId(other) : null,
    differences: version && other ? differencesOf(version, other) : null,
  };
}
