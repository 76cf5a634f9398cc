import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/core/base/duration.js';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['30m', 1_800_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['7', undefined],
    ['1.5h', 5_400_000],
    ['.5h', undefined],
    ['-1h', undefined],
    ['7 d', undefined],
    ['', undefined],
  ])('%s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});
