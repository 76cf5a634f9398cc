import { describe, expect, it } from 'vitest';
import { expectedFrames } from '../../src/core/completeness.js';
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

describe('the expected frames of a video', () => {
  it('are every Nth', () => {
    expect(expectedFrames({ samplings: [ended(3, 49)] })).toBe(16);
  });

  it('are counted once where two samplings share them', () => {
    // 1–30: ten multiples of 3 and six of 5; 15 and 30 are both.
    expect(expectedFrames({ samplings: [ended(3, 30), ended(5, 30)] })).toBe(14);
  });

  it('are unknown until its end has been seen, also when it is produced again with another sampling', () => {
    expect(expectedFrames({ samplings: [] })).toBeNull();
    expect(expectedFrames({ samplings: [{ every: 3, end: undefined }] })).toBeNull();
    expect(expectedFrames({ samplings: [ended(3, 49), { every: 1, end: undefined }] })).toBeNull();
  });
});
