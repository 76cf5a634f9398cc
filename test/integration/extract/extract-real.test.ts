import { existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { extractAll, multiples, sourceOf } from './extract-clips.js';

// Clips that are not part of the project: next to it on the machines where it is made.
const shared = path.join(import.meta.dirname, '../../../../shared/videos');
const broken = `${shared}-bad`;

describe.skipIf(!existsSync(shared))('real clips (../shared/videos)', () => {
  test.each([
    ['asl hungry.v1.2.mkv', 49, [640, 480]],
    ['bbb-480p-vp9-opus.webm', 24, [854, 480]],
    ['car-detection.mp4', 377, [768, 432]],
    ['flower-240p-hevc.mp4', 150, [426, 240]],
    ['flower-540p-av1.mp4', 150, [960, 540]],
    ['flower-540p-vp8.webm', 150, [960, 540]],
    ['flower-rotated-90-h264.mp4', 150, [540, 960]],
    ['mixed-content-vfr-vp8.webm', 394, [480, 270]],
    ['nasa-two-video-streams.mp4', 325, [320, 180]],
    ['water-no-duration-vp8.webm', 118, [640, 360]],
    ['été – vidéo 日本.mp4', 185, [640, 480]],
  ])('%s has %i frames', async (name, framesDecoded, [width, height]) => {
    const file = path.join(shared, name);
    const { frames, totals } = await extractAll(file, { every: 3 });
    expect(frames.map((frame) => frame.frame)).toEqual(multiples(3, framesDecoded));
    expect(totals).toEqual({ framesDecoded, framesExtracted: frames.length, damaged: false, problems: [] });
    expect(await probeVideo(sourceOf(file))).toMatchObject({ width, height });
    expect(await sharp(frames[0]?.jpeg).metadata()).toMatchObject({ width, height });
  });
});

describe.skipIf(!existsSync(broken))('real broken files (../shared/videos-bad)', () => {
  test.each([
    ['truncated.webm', 79],
    ['bitflips.webm', 150],
  ])('%s yields %i frames and is damaged', async (name, framesDecoded) => {
    const { frames, totals } = await extractAll(path.join(broken, name), { every: 3 });
    expect(frames.map((frame) => frame.frame)).toEqual(multiples(3, framesDecoded));
    expect(totals).toMatchObject({ framesDecoded, damaged: true });
  });

  test.each([
    ['zero-bytes.mp4', /is empty/],
    ['text-renamed.mp4', /is not a video/],
    ['audio-only.webm', /no video stream/],
  ])('%s is not a video', async (name, message) => {
    await expect(extractAll(path.join(broken, name), { every: 3 })).rejects.toMatchObject({
      code: 'NOT_A_VIDEO',
      message,
    });
  });
});
