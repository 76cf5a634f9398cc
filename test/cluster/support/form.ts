import { Random, seedOfRun } from '../../chaos/support/random.js';

/** `npm test` runs two of the scenarios once; `npm run test:cluster` all of them, with `full` for more rounds. */
const form = process.env.MVS_CLUSTER ?? 'short';

export const short = form === 'short';

/** How often each fault is injected. */
export const rounds = { short: 1, full: 4 }[form] ?? 2;

export const seed = seedOfRun('MVS_CLUSTER_SEED');

/** Each scenario has random numbers of its own, so that one that is run alone does the same again. */
export function randomOf(scenario: number): Random {
  return new Random(seed + scenario);
}
