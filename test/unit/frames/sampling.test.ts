import { describe, expect, it } from 'vitest';
import { deflateRawSync } from 'node:zlib';
import {
  FrameListWriter,
  isFrameList,
  maxListLength,
  readFrameList,
} from '../../../src/core/frames/frame-list.js';
import {
  estimate,
  samplingMethodOf,
  mustBeSampling,
  samplingKey,
  type SamplingMethod,
} from '../../../src/core/frames/sampling.js';

describe('the key of a sampling method', () => {
  it.each<[string, SamplingMethod]>([
    ['every=3', { every: 3 }],
    ['fps=2', { fps: 2 }],
    ['fps=0.1', { fps: 1 / 10 }],
    ['fps=29.97002997002997', { fps: 30000 / 1001 }],
    ['keyframes', { keyframes: true }],
    ['scene=0.4', { scene: 0.4 }],
    ['scene=0', { scene: 0 }],
  ])('is %s, and leads back', (key, method) => {
    expect(samplingKey(method)).toBe(key);
    expect(samplingMethodOf(key)).toEqual(method);
  });

  it.each([
    ...['', 'every', 'every=0', 'every=1.5', 'every=03', 'every=-1', 'every=9999999999999999'],
    ...['fps=0', 'fps=2.0', 'fps=.5', 'fps=1e3', 'fps=1001', 'fps=NaN', 'fps=1/10', 'fps=2\n'],
    ...['keyframes=1', 'scene=1.5', 'scene=0.0000001', 'constructor=1', '$ne', 'a.b'],
  ])('is never %j', (key) => {
    expect(samplingMethodOf(key)).toBeUndefined();
  });

  it.each<SamplingMethod>([
    ...[{ every: 0 }, { every: 1.5 }, { fps: 0 }, { fps: NaN }, { fps: 1e-7 }, { fps: Infinity }],
    ...[{ scene: -0.1 }, { scene: 1.1 }, { scene: 1e-7 }],
  ])('cannot be made of %j', (method) => {
    expect(() => {
      mustBeSampling(method);
    }).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

it('how many frames to expect is said where it can be known before they are decoded', () => {
  const video = { estimatedFrames: 100, duration: 4 };
  expect(estimate({ every: 3 }, video)).toBe(33);
  expect(estimate({ fps: 2 }, video)).toBe(8);
  expect(estimate({ fps: 60 }, video)).toBe(100);
  for (const method of [{ keyframes: true }, { scene: 0.4 }] as const)
    expect(estimate(method, video)).toBeNull();
  for (const method of [{ every: 3 }, { fps: 2 }]) expect(estimate(method, {})).toBeNull();
});

describe('a list of frames', () => {
  function listOf(frames: Iterable<number>): string {
    const list = new FrameListWriter();
    for (const frame of frames) list.add(frame);
    return list.text;
  }

  it.each([
    [[]],
    [[1]],
    [[1, 2, 3, 127, 128, 129, 255, 256, 257, 16_511, 16_640]],
    [[5, 2_097_157, 99_999_999, 8_000_000_000]],
  ])('%j goes there and back', (frames) => {
    const text = listOf(frames);
    expect([...readFrameList(text)]).toEqual(frames);
    expect(isFrameList(text, frames.length, frames.at(-1) ?? 0)).toBe(true);
  });

  it('of a million frames is small where their distances repeat', () => {
    const text = listOf(Array.from({ length: 1_000_000 }, (_, n) => 1 + Math.ceil(n * 2.5)));
    expect(text.length).toBeLessThan(10_000);
    expect(isFrameList(text, 1_000_000, 2_499_999)).toBe(true);
  });

  it('is refused with a hint where it would not go into a message', () => {
    let frame = 0;
    // Distances without any order, always the same ones.
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647);
    const frames = Array.from({ length: 800_000 }, () => (frame += 1 + (random() % 127)));
    expect(() => listOf(frames)).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('--every') as string }),
    );
    expect(() => listOf(Array.from({ length: (8 << 20) + 1 }, (_, n) => n + 1))).toThrow(
      expect.objectContaining({ code: 'USAGE' }),
    );
  });

  it.each([
    ['without any order', 500_000, (random: number) => 1 + (random % 127)],
    ['far apart and without any order', 200_000, (random: number) => 1 + (random % 16_000)],
    ['that repeat now and then', 900_000, (random: number) => 1 + (random % 8)],
    ['all alike', 8_000_000, () => 3],
  ])(
    'is full before it would be refused: distances %s',
    (_, atLeast, distance) => {
      const list = new FrameListWriter();
      let [frame, seed, count] = [0, 1, 0];
      for (; !list.isFull; count++) {
        seed = (seed * 48_271) % 2_147_483_647;
        list.add((frame += distance(seed)));
      }
      expect(count).toBeGreaterThan(atLeast);
      expect(isFrameList(list.text, count, frame)).toBe(true);
    },
    30_000,
  );

  const pack = (...bytes: number[]): string => deflateRawSync(Buffer.from(bytes)).toString('base64');
  it.each([
    ['that is none', 'AAAA', 3, 10],
    ['with a frame twice', pack(3, 0, 1), 3, 10],
    ['that breaks off', pack(3, 1, 200), 2, 300],
    ['of other length', pack(3, 1, 1), 2, 10],
    ['beyond the end of the video', pack(3, 1, 7), 3, 10],
    ['of numbers beyond all precision', pack(...Array<number>(12).fill(255), 1), 1, 10],
    ['that is a bomb', deflateRawSync(Buffer.alloc(9 << 20, 1)).toString('base64'), 9 << 20, 9 << 20],
  ])('%s is refused', (_, text, count, last) => {
    expect(text.length).toBeLessThan(maxListLength);
    expect(isFrameList(text, count, last)).toBe(false);
  });
});
