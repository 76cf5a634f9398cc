import { describe, expect, it } from 'vitest';
import type { ClassSet } from '../../../src/core/frames/class-set.js';
import { contentMatcher, foundFor } from '../../../src/core/store/frame-filter.js';

const labels = ['cat', 'beagle', 'basset', 'poodle', 'wolf'];
const classesOf = (...some: string[]): ClassSet => ({ labels: some, except: [] });

/** A frame with predictions, best first. */
function frame(scores: Readonly<Record<string, number>>) {
  const top = Object.entries(scores).map(([label, confidence]) => ({
    ...{ label, confidence },
    classIndex: labels.indexOf(label),
  }));
  const [best] = top;
  if (!best) throw new Error('no prediction');
  return { ...best, top };
}

describe('a sum', () => {
  const dogs = { classes: classesOf('beagle', 'basset', 'wolf'), sum: true };

  it('passes a limit that it reaches exactly', () => {
    const fits = contentMatcher({ ...dogs, minConfidence: 0.9 });
    expect(fits(frame({ beagle: 0.7, basset: 0.1, wolf: 0.1 }))).toBe(true);
    expect(fits(frame({ beagle: 0.7, basset: 0.1, wolf: 0.0999 }))).toBe(false);
  });

  it('looks at all predictions, and what is excluded is looked for only as far as --rank says', () => {
    const seen = frame({ beagle: 0.8, basset: 0.1, poodle: 0.01 });
    const notClasses = classesOf('poodle');
    expect(contentMatcher({ ...dogs, notClasses, minConfidence: 0.5 })(seen)).toBe(true);
    expect(contentMatcher({ ...dogs, notClasses, rank: 2 })(seen)).toBe(true);
    expect(contentMatcher({ ...dogs, notClasses, rank: 3 })(seen)).toBe(false);
  });
});

describe('a frame that was found by its rank', () => {
  it('shows the prediction that fits, and none behind the rank', () => {
    const seen = frame({ cat: 0.9, poodle: 0.05, wolf: 0.01 });
    const found = foundFor({ classes: classesOf('poodle', 'wolf'), rank: 2 })(seen);
    expect(found).toMatchObject({ label: 'poodle', classIndex: 3, confidence: 0.05 });
    expect(foundFor({ classes: classesOf('wolf'), rank: 2 })(seen)).toMatchObject({ label: 'cat' });
    expect(foundFor({ classes: classesOf('cat', 'poodle') })(seen)).toMatchObject({
      label: 'cat',
      confidence: 0.9,
    });
  });
});
