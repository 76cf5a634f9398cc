import { describe, expect, test } from 'vitest';
import { orderOf, type FrameIndex } from '../../../../src/core/extract/sparse/frame-index.js';
import { planOf, type Decision, type Wanted } from '../../../../src/core/extract/sparse/plan.js';

/** Packets in the order of the file: a number is a time, and `K` before it marks a key packet. */
function indexOf(text: string, changes: Partial<FrameIndex> = {}): FrameIndex {
  const packets = text.split(' ');
  return {
    timeBase: { num: 1, den: 25 },
    aspect: { num: 1, den: 1 },
    pts: packets.map((packet) => Number(packet.replace('K', ''))),
    sizes: packets.map(() => 100),
    keys: packets.map((packet) => packet.startsWith('K')),
    ...changes,
  };
}

/** Two closed groups of six frames, with B frames between the others. */
const groups = 'K0 3 1 2 5 4 K6 9 7 8 11 10';

/** `0-3 6`: the packets that are decoded, and the frames with their milliseconds. */
function shown(decision: Decision): { packets: string; kept: [number, number][] } | string {
  if ('all' in decision) return decision.all;
  const packets = decision.groups.map(({ first, last }) =>
    first === last ? `${first}` : `${first}-${last}`,
  );
  return { packets: packets.join(' '), kept: [...decision.kept] };
}

const plan = (text: string, wanted: Wanted, changes?: Partial<FrameIndex>): ReturnType<typeof shown> =>
  shown(planOf(indexOf(text, changes), wanted));

describe('the packets that are decoded', () => {
  test.each<[string, Wanted, string, [number, number][]]>([
    [
      'key frames need only themselves',
      { samplingMethod: { keyframes: true } },
      '0 6',
      [
        [1, 0],
        [7, 240],
      ],
    ],
    ['a frame needs those before it in its group', { samplingMethod: { every: 9 } }, '0 6-9', [[9, 320]]],
    ['the first packet is always decoded', { samplingMethod: { every: 7 } }, '0 6', [[7, 240]]],
    [
      'the furthest packet of a group decides',
      { samplingMethod: { every: 4 } },
      '0-1 6-10',
      [
        [4, 120],
        [8, 280],
        [12, 440],
      ],
    ],
    [
      'a frame for each slot of time',
      { samplingMethod: { fps: 5 } },
      '0-4 6-11',
      [
        [1, 0],
        [6, 200],
        [11, 400],
      ],
    ],
    ['only the frames that are needed', { samplingMethod: { every: 2 }, only: [8] }, '0 6-8', [[8, 280]]],
    ['no frame at all', { samplingMethod: { every: 100 } }, '0', []],
  ])('%s', (_, wanted, packets, kept) => {
    expect(plan(groups, wanted)).toEqual({ packets, kept });
  });

  test('times are those of ffmpeg: rounded, not negative, and strictly increasing', () => {
    const fine = { timeBase: { num: 1, den: 90_000 } };
    expect(plan('K-90 44 45 46 135 180', { samplingMethod: { every: 1 } }, fine)).toEqual({
      packets: '0-5',
      // 0.49, 0.5, 0.51, 1.5 and 2 ms
      kept: [
        [1, 0],
        [2, 1],
        [3, 2],
        [4, 3],
        [5, 4],
        [6, 5],
      ],
    });
    expect(plan('K0 44 135 900', { samplingMethod: { every: 3 } }, fine)).toEqual({
      packets: '0-2',
      kept: [[3, 2]],
    });
  });

  test('slots of time begin a millisecond early, by the exact time', () => {
    const fine = { timeBase: { num: 1, den: 90_000 } };
    // 0.9988 s rounds to 0.999 s, but is not yet in the second slot, which begins at 0.999 s.
    expect(plan('K0 89892 89910', { samplingMethod: { fps: 1 } }, fine)).toMatchObject({
      kept: [
        [1, 0],
        [3, 999],
      ],
    });
  });
});

describe('all is decoded', () => {
  test.each<[string, string, Partial<FrameIndex>?]>([
    ['there are no packets', '', { pts: [], sizes: [], keys: [] }],
    ['the first packet is not a key frame', '0 1 K2'],
    ['a time is missing', 'K0 NaN 2'],
    ['a packet is empty', 'K0 1', { sizes: [100, 0] }],
    ['a frame is shown before its key frame', 'K0 1 K4 2 3'],
    ['a time repeats or runs back', 'K0 1 1'],
    ['a time repeats or runs back', 'K0 9 K8 10'],
    [
      'the packets are too far from the order of presentation',
      `K0 99 ${Array.from({ length: 70 }, (_, n) => n + 1).join(' ')}`,
    ],
  ])('because %s: %s', (reason, text, changes) => {
    expect(plan(text, { samplingMethod: { keyframes: true } }, changes)).toBe(reason);
  });

  test('because scenes need it', () => {
    expect(plan(groups, { samplingMethod: { scene: 0.4 } })).toContain('scenes');
  });
});

test('knows how far the packets are from the order of presentation', () => {
  expect(orderOf(indexOf(groups))).toMatchObject({
    numbers: [1, 4, 2, 3, 6, 5, 7, 10, 8, 9, 12, 11],
    reordered: 1,
    lookahead: 2,
  });
  expect(orderOf(indexOf('K0 4 2 1 3'))).toMatchObject({ reordered: 2, lookahead: 3 });
});
