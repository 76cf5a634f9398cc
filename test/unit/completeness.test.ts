import { describe, expect, it } from 'vitest';
import { expectedFrames } from '../../src/core/completeness.js';
import type { EndOfVideo } from '../../src/core/frame.js';

function end(every: number, framesDecoded: number): EndOfVideo {
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
  return { ...source, every, framesDecoded, framesPublished };
}

describe('the expected frames of a video', () => {
  it('are unknown until its end has been seen', () => {
    expect(expectedFrames([])).toBeNull();
  });

  it('are every Nth', () => {
    expect(expectedFrames([end(3, 49)])).toBe(16);
  });

  it('are counted once where two samplings share them', () => {
    // 1–30: ten multiples of 3 and six of 5; 15 and 30 are both.
    expect(expectedFrames([end(3, 30), end(5, 30)])).toBe(14);
  });
});
