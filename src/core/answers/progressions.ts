import type { Progression } from '../store/port.js';

/**
 * How many numbers are in any of these progressions, by inclusion and exclusion: a few steps where walking through them would take
 * one for each number.
 *
 * @returns undefined where it would take more than `maxSteps`
 */
export function countUnion(progressions: readonly Progression[], maxSteps: number): number | undefined {
  const needed = withoutCovered(progressions);
  let steps = 0;
  /** Numbers in all of those chosen so far and in any of the others from `index` on. */
  const among = (index: number, common: Progression): number => {
    let count = 0;
    for (let i = index; i < needed.length && steps <= maxSteps; i++) {
      steps += 1;
      const both = intersection(common, needed[i] ?? common);
      // Nothing is in it and more of them.
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

/** Every sixth adds nothing to every third, as far as that goes. */
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
