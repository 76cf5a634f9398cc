import { afterAll, beforeAll, describe } from 'vitest';
import { Arena } from './arena.js';
import { full, seed } from './form.js';
import { publishTable } from './table.js';

interface Run {
  /** How its variables begin: MVS_CHAOS for MVS_CHAOS_SEED, which replays a run, and MVS_CHAOS_TABLE. */
  readonly variables: string;
  readonly seed: number;
  /** Of the table's name, where several files have a table each. */
  readonly suffix?: string;
}

/**
 * Opens what the tests of a suite share before the first one; prints their table and cleans up after the last one.
 * @param open is given what registers a clean-up; the last one registered is done first
 */
export function sharedBy<T>(
  { variables, seed, suffix }: Run,
  open: (cleanUp: (work: () => Promise<void>) => void) => Promise<T>,
): () => T {
  const cleanUps: (() => Promise<void>)[] = [];
  let shared: T;

  beforeAll(async () => {
    console.log(`${variables}_SEED=${seed}`);
    shared = await open((work) => void cleanUps.unshift(work));
  });

  afterAll(async () => {
    publishTable(seed, `${variables}_TABLE`, suffix);
    for (const cleanUp of cleanUps) await cleanUp();
  });

  return () => shared;
}

/**
 * A group of faults on servers of its own, which they kill: they run one after the other, beside all other files.
 * MVS_CHAOS=full breaks things more often and for longer.
 */
export function chaosSuite(group: string, faults: (arena: () => Arena) => void): void {
  const form = `seed ${seed}, ${full ? 'full' : 'short'} form`;
  describe(`whatever happens to ${group}, each frame is stored once (${form})`, () => {
    faults(sharedBy({ variables: 'MVS_CHAOS', seed, suffix: `-${group}` }, (cleanUp) => Arena.open(cleanUp)));
  });
}
