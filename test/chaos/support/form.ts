import { Random, seedOfRun } from './random.js';

/** `npm run test:chaos` breaks things with full numbers; `npm test` runs the same tests with smaller ones. */
export const full = process.env.MVS_CHAOS === 'full';

export const seed = seedOfRun('MVS_CHAOS_SEED');

/** Each fault has random numbers of its own, so that one that is run alone does the same again. */
export function randomOf(fault: number): Random {
  return new Random(seed + fault);
}
