import { unknownDigest, type ModelFacts, type ModelVersion } from './model-version.js';

/** A fact that differs between two versions; null where a version does not have it. */
export interface FactDifference {
  readonly fact: string;
  readonly one: string | null;
  readonly other: string | null;
}

/** What differs between two model versions, by name. Null if the facts of one are unknown. */
export function differencesOf(one: ModelVersion, other: ModelVersion): readonly FactDifference[] | null {
  if (one.digest === unknownDigest || other.digest === unknownDigest) return null;
  const ofBoth: ModelFacts[] = [
    { name: one.name, ...one.facts },
    { name: other.name, ...other.facts },
  ];
  const [first = {}, second = {}] = ofBoth;
  return [...new Set(ofBoth.flatMap((facts) => Object.keys(facts)))]
    .filter((fact) => first[fact] !== second[fact])
    .map((fact) => ({ fact, one: first[fact] ?? null, other: second[fact] ?? null }));
}
