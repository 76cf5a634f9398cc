import { describe, expect, test } from 'vitest';
import { Doubt } from '../../../../src/core/extract/sparse/doubt.js';
import { ExpectedFrames } from '../../../../src/core/extract/sparse/expected-frames.js';
import { planOf, type Plan } from '../../../../src/core/extract/sparse/plan.js';

/** Two groups; frames 4 and 6 are extracted, and 1, 2, 3 and 5 are decoded for them. */
function planned(): Plan {
  const [pts, keys] = [
    [0, 2, 1, 3, 4, 5, 6],
    [true, false, false, false, true, false, false],
  ];
  const index = { timeBase: { num: 1, den: 25 }, aspect: { num: 1, den: 1 }, pts, keys };
  const plan = planOf({ ...index, sizes: pts.map(() => 9) }, { samplingMethod: { every: 2 }, only: [4, 6] });
  if ('all' in plan) throw new Error(plan.all);
  return plan;
}

/** What ffmpeg prints for decoded frames: the mark of each, and again those of the frames that it keeps. */
function decoded(...marks: readonly number[]): ExpectedFrames {
  const expected = new ExpectedFrames(planned(), () => false);
  for (const mark of marks) {
    expected.printed('info', mark);
    if (mark % 2 === 1) expected.printed('verbose', mark);
  }
  return expected;
}

describe('decoded frames', () => {
  test('are numbered by their marks if all are there, in order', async () => {
    const expected = decoded(2, 4, 6, 9, 10, 13);
    expect([await expected.frameAt(9), await expected.frameAt(13)]).toEqual([4, 6]);
    expected.mustBeComplete();
  });

  test('are not extracted behind a frame that is missing', async () => {
    const expected = decoded(2, 4, 6, 9, 13);
    expect(await expected.frameAt(9)).toBe(4);
    await expect(expected.frameAt(13)).rejects.toThrow(Doubt);
    expect(() => {
      expected.mustBeComplete();
    }).toThrow(Doubt);
  });

  test.each([
    ['in another order', [4, 2, 6, 9]],
    ['twice', [2, 2, 4, 6, 9]],
  ])('are not extracted if some come out %s', async (_, marks) => {
    await expect(decoded(...marks).frameAt(9)).rejects.toThrow(Doubt);
  });

  test('are not extracted under the mark of another one', async () => {
    await expect(decoded(2, 4, 6, 9).frameAt(13)).rejects.toThrow(Doubt);
  });

  test('must all come out', () => {
    expect(() => {
      decoded(2, 4, 6, 9, 10).mustBeComplete();
    }).toThrow(Doubt);
  });
});
