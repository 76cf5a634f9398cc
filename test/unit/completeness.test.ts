import { describe, expect, it } from 'vitest';
import { countExpected, expectedFrames } from '../../src/core/completeness.js';
import type { VideoInfo } from '../../src/core/store/port.js';

type SamplingInfo = VideoInfo['samplings'][number];

function ended(every: number, framesDecoded: number): SamplingInfo {
  const framesPublished = Math.floor(framesDecoded / every);
  const source = {
    video: 'v',
    source: 'v.webm',
    fingerprint: 'ff',
    width: 1,
    height: 1,
    fps: 25,
    damaged: false,
  };
  return { every, end: { ...source, every, framesDecoded, framesPublished } };
}

function framesOf(...samplings: SamplingInfo[]): number[] | null {
  const frames = expectedFrames({ samplings });
  return frames && [...frames];
}

describe('the expected frames of a video', () => {
  it('are every Nth', () => {
    expect(framesOf(ended(3, 11))).toEqual([3, 6, 9]);
    expect(countExpected({ samplings: [ended(3, 49)] })).toBe(16);
  });

  it('are counted once where two samplings share them', () => {
    expect(framesOf(ended(3, 16), ended(5, 16))).toEqual([3, 5, 6, 9, 10, 12, 15]);
    expect(countExpected({ samplings: [ended(3, 30), ended(5, 30)] })).toBe(14);
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
      [{ every: 3, end: undefined }],
      [ended(3, 49), { every: 1, end: undefined }],
    ]) {
      expect(expectedFrames({ samplings })).toBeNull();
      expect(countExpected({ samplings })).toBeNull();
    }
  });
});
