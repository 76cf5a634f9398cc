import { afterAll, beforeAll, describe } from 'vitest';
import { Arena } from './arena.js';
import { full, seed } from './form.js';
import { publishTable } from './table.js';

/**
 * A group of faults on servers of its own, which they kill: they run one after the other, beside all other files.
 * MVS_CHAOS=full breaks things more often and for longer; MVS_CHAOS_SEED replays a run.
 */
export function chaosSuite(group: string, faults: (arena: () => Arena) => void): void {
  const form = `seed ${seed}, ${full ? 'full' : 'short'} form`;
  describe(`whatever happens to ${group}, each frame is stored once (${form})`, () => {
    const cleanUps: (() => Promise<void>)[] = [];
    let arena: Arena;

    beforeAll(async () => {
      console.log(`MVS_CHAOS_SEED=${seed}`);
      arena = await Arena.open((work) => cleanUps.unshift(work));
    });

    afterAll(async () => {
      publishTable(seed, 'MVS_CHAOS_TABLE', `-${group}`);
      for (const cleanUp of cleanUps) await cleanUp();
    });

    faults(() => arena);
  });
}
