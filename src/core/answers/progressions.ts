import type { Progression } from '../store/port.js';

/**
 * Counts the numbers that are in any of these progressions, by inclusion and exclusion. This takes a few steps; walking through the
 * progressions would take one step per number.
 *
 * @returns undefined if it would take more than `maxSteps`
 */
export function countUnion(progressions: readonly Progression[], maxSteps: number): number | undefined {
  const needed = withoutCovered(progressions);
  let steps = 0;
  /** Counts the numbers that are in all progressions chosen so far and in any of the others from `index` on. */
  const among = (index: number, common: Progression): number => {
    let count = 0;
    for (let i = index; i < needed.length && steps <= maxSteps; i++) {
      steps += 1;
      const both = intersection(common, needed[i] ?? common);
      // The intersection is empty, and stays empty with more progressions.
      if (both.last >= both.step) count += Math.floor(both.last / both.step) - among(i + 1, both);
    }
    return count;
  };
  const count = among(0, { step: 1, last: Infinity });
  return steps > maxSteps ? undefined : count;
}

/** Whether a number is in a progression. */
export function contains({ step, last }: Progression, number: number): boolean {
  return number <= last && number % step === 0;
}

/** Removes progressions that others contain: "every sixth" adds nothing to an equally long "every third". */
function withoutCovered(progressions: readonly Progression[]): Progression[] {
  const kept: Progression[] = [];
  for (const one of [...progressions].sort((a, b) => a.step - b.step || b.last - a.last)) {
    if (!kept.some(({ step, last }) => one.step % step === 0 && one.last <= last)) kept.push(one);
  }
  return kept;
}

function intersection(a: Progression, b: Progression): Progression {
  return { step: (a.step / commonDivisor(a.step, b.step)) * b.step, last: Math.min(a.last, b.last) };
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
