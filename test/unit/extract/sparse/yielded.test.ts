import { describe, expect, test } from 'vitest';
import { Yielded } from '../../../../src/core/extract/sparse/yielded.js';

function yielded(...frames: readonly (readonly [number, number])[]): Yielded {
  const all = new Yielded('film.mp4');
  for (const [frame, time] of frames) all.add({ frame, time });
  return all;
}

const refused = expect.objectContaining({
  code: 'EXTRACTOR_FAILED',
  message: expect.stringContaining('film.mp4') as string,
}) as Error;

describe('when all frames have to be decoded after some came out', () => {
  test('these do not come out again, and the others do', () => {
    const before = yielded([10, 0.4], [30, 1.2]);
    const covered = [10, 20, 30, 40].map((frame) => before.covers({ frame, time: frame / 25 }));
    expect(covered).toEqual([true, true, true, false]);
    before.mustHaveBeenSeen();
  });

  test('a frame with another time ends the extraction', () => {
    const before = yielded([10, 0.4], [20, 0.8]);
    expect(before.covers({ frame: 10, time: 0.4 })).toBe(true);
    expect(() => before.covers({ frame: 20, time: 0.84 })).toThrow(refused);
  });

  test('so does a frame that does not come out of the decoder of all frames', () => {
    const before = yielded([10, 0.4], [20, 0.8]);
    before.covers({ frame: 9, time: 0.36 });
    before.covers({ frame: 19, time: 0.76 });
    expect(() => before.covers({ frame: 29, time: 1.16 })).toThrow(refused);
    expect(() => {
      before.mustHaveBeenSeen();
    }).toThrow(refused);
  });
});
