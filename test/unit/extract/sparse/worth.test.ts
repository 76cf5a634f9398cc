import { expect, test } from 'vitest';
import type { Wanted } from '../../../../src/core/extract/sparse/plan.js';
import { mayPay } from '../../../../src/core/extract/sparse/worth.js';

const film = { width: 1920, height: 1080, fps: 25, estimatedFrames: 1500, codec: 'h264', isReordered: false };
const reordered = { ...film, isReordered: true };
const clip = { ...film, width: 320, height: 180 };

test.each<[string, typeof film, Wanted, boolean]>([
  ['key frames of a film', film, { samplingMethod: { keyframes: true } }, true],
  ['key frames of a clip', { ...clip, estimatedFrames: 300 }, { samplingMethod: { keyframes: true } }, false],
  ['distant frames of a film', film, { samplingMethod: { every: 500 } }, true],
  ['distant frames of a clip', clip, { samplingMethod: { every: 500 } }, false],
  ['a frame a second', film, { samplingMethod: { fps: 1 } }, true],
  ['five frames a second', film, { samplingMethod: { fps: 5 } }, false],
  ['every third frame', film, { samplingMethod: { every: 3 } }, false],
  ['every third frame if B-frames can be left out', reordered, { samplingMethod: { every: 3 } }, true],
  ['all frames', reordered, { samplingMethod: { every: 1 } }, false],
  ['VP9, which does not say so', { ...reordered, codec: 'vp9' }, { samplingMethod: { every: 3 } }, false],
  ['few of every third frame', film, { samplingMethod: { every: 3 }, only: [3, 900] }, true],
])('an index of packets may pay for %s', (_, probe, wanted, pays) => {
  expect(mayPay(probe, wanted)).toBe(pays);
});
