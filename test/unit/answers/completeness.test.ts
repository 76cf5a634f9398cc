import { describe, expect, it } from 'vitest';
import {
  completenessOf,
  countExpected,
  countKept,
  expectedFrames,
} from '../../../src/core/answers/completeness.js';
import { FrameListWriter } from '../../../src/core/frames/frame-list.js';
import type { VideoInfo } from '../../../src/core/store/port.js';

type SamplingInfo = VideoInfo['samplings'][number];

const source = {
  ...{ video: 'v', source: 'v.webm', fingerprint: 'ff', width: 1, height: 1, fps: 25, damaged: false },
};

function ended(every: number, framesDecoded: number): SamplingInfo {
  const framesPublished = Math.floor(framesDecoded / every);
  const sampling = `every=${every}`;
  return { sampling, end: { ...source, sampling, framesDecoded, framesPublished } };
}

/** A sampling whose frames only a list can say. */
function listed(sampling: string, frames: readonly number[]): SamplingInfo {
  const list = new FrameListWriter();
  for (const frame of frames) list.add(frame);
  const framesPublished = frames.length;
  return {
    sampling,
    end: { ...source, sampling, framesDecoded: 100, framesPublished, frameList: list.text },
  };
}

function framesOf(...samplings: SamplingInfo[]): number[] | null {
  const frames = expectedFrames({ samplings });
  return frames && [...frames];
}

/** The CPU time since then, which a busy machine lengthens less than the time on the clock. */
function usedMs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('a video', () => {
  it.each([
    [{ expected: null, stored: 9 }, 'unknown'],
    [{ expected: 9, stored: 8 }, 'lacking'],
    [{ expected: 9, stored: 9 }, 'complete'],
    [{ expected: 9, stored: 10 }, 'surplus'],
    [{ expected: 9, kept: 8, stored: 9 }, 'lacking'],
    [{ expected: 9, kept: 9, stored: 9 }, 'complete'],
    [{ expected: 9, kept: 9, stored: 10 }, 'surplus'],
    [{ expected: 0, kept: 0, stored: 0 }, 'complete'],
  ])('of which %j is counted is %s', (counts, completeness) => {
    expect(completenessOf(counts)).toBe(completeness);
  });
});

describe('the expected frames of a video', () => {
  it('are every Nth', () => {
    expect(framesOf(ended(3, 11))).toEqual([3, 6, 9]);
    expect(countExpected({ samplings: [ended(3, 49)] })).toBe(16);
  });

  it('are those that its end lists, where they are not every Nth', () => {
    const scenes = listed('scene=0.4', [1, 17, 18, 90]);
    expect(framesOf(scenes)).toEqual([1, 17, 18, 90]);
    expect(countExpected({ samplings: [scenes] })).toBe(4);
  });

  it('are counted once where samplings share them', () => {
    expect(framesOf(ended(3, 16), ended(5, 16))).toEqual([3, 5, 6, 9, 10, 12, 15]);
    expect(countExpected({ samplings: [ended(3, 30), ended(5, 30)] })).toBe(14);
    const mixed = [ended(5, 16), listed('keyframes', [1, 10, 40]), listed('fps=0.5', [1, 15, 30])];
    expect(framesOf(...mixed)).toEqual([1, 5, 10, 15, 30, 40]);
    expect(countExpected({ samplings: mixed })).toBe(6);
  });

  it('are counted without a look at each where samplings are long', () => {
    const before = process.cpuUsage();
    const long = [ended(1, 100_000_000), ended(2, 100_000_001)];
    expect(countExpected({ samplings: long })).toBe(100_000_000);
    const uneven = [ended(6, 99_999_999), ended(10, 90_000_000), ended(15, 100_000_000)];
    expect(countExpected({ samplings: uneven })).toBe(
      16_666_666 + 9_000_000 + 6_666_666 - 3_000_000 - 3_333_333 - 3_000_000 + 3_000_000,
    );
    expect(usedMs(before)).toBeLessThan(500);
  });

  it('are counted as they are listed, whatever the samplings', () => {
    const all = [ended(2, 97), ended(3, 60), ended(4, 200), ended(7, 90), ended(9, 300), ended(35, 1000)];
    const lists = [listed('keyframes', [1, 4, 35, 93, 99]), listed('fps=0.5', [3, 93, 98])];
    for (let chosen = 1; chosen < 2 ** 8; chosen++) {
      const samplings = [...all, ...lists].filter((_, n) => (chosen >> n) & 1);
      expect(countExpected({ samplings }), `${chosen}`).toBe(framesOf(...samplings)?.length);
    }
  });

  it('are not counted by somebody in a hurry where that takes long', () => {
    const lists = [listed('keyframes', [1, 10, 40]), listed('fps=0.5', [1, 15, 30])];
    expect(countExpected({ samplings: lists }, 5)).toBeNull();
    expect(countExpected({ samplings: lists }, 6)).toBe(5);
    const many = Array.from({ length: 50 }, (_, n) => ended(51 + n, 100_000_000));
    const before = process.cpuUsage();
    expect(countExpected({ samplings: many }, 100_000)).toBeNull();
    expect(usedMs(before)).toBeLessThan(1000);
  });

  it('go as far as each sampling came', () => {
    expect(framesOf(ended(3, 10), ended(5, 20))).toEqual([3, 5, 6, 9, 10, 15, 20]);
  });

  it('are none where the video is shorter than the sampling rate', () => {
    expect(framesOf(ended(30, 11))).toEqual([]);
  });

  it('are unknown until its end has been seen, also when it is produced again with another sampling', () => {
    for (const samplings of [
      [],
      [{ sampling: 'every=3', end: undefined }],
      [ended(3, 49), { sampling: 'every=1', end: undefined }],
      [ended(3, 49), { sampling: 'keyframes', end: undefined }],
    ]) {
      expect(expectedFrames({ samplings })).toBeNull();
      expect(countExpected({ samplings })).toBeNull();
    }
  });
});

describe('records count', () => {
  const stored = [3, 4, 6, 8, 9, 12, 15];

  it.each([
    ['none, before any sampling has ended', [{ sampling: 'every=3', end: undefined }], 0],
    ['those of one sampling, as far as it came', [ended(3, 12)], 4],
    ['those of several, each once', [ended(3, 12), ended(4, 8)], 6],
    ['those of samplings that have ended', [ended(3, 12), { sampling: 'every=5', end: undefined }], 4],
    ['those that a list has', [listed('keyframes', [1, 4, 15, 99])], 2],
    ['those of a list and a rate together', [listed('keyframes', [1, 4, 15, 99]), ended(3, 12)], 6],
  ])('%s', async (_, samplings, kept) => {
    expect(await countKept({ samplings }, stored)).toBe(kept);
  });

  it('once a frame, however many there are of it', async () => {
    expect(await countKept({ samplings: [ended(3, 12)] }, [3, 3, 6])).toBe(2);
  });
});
