import { existsSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { probe } from '../../src/core/extract.js';
import {
  extractAll,
  make,
  multiples,
  numbered,
  numberShown,
  sourceOf,
  temporaryFolder,
} from './extract-clips.js';

let folder = '';
let remove = async () => Promise.resolve();
beforeAll(async () => {
  ({ folder, remove } = await temporaryFolder());
});
afterAll(() => remove());

const clip = (name: string) => path.join(folder, name);

/** Extracts and checks what holds for every clip: numbers, totals, increasing times, and that each frame shows its number. */
async function expectNumbers(file: string, frames: number, { every = 3, width = 320 } = {}) {
  const { frames: extracted, totals } = await extractAll(file, { every });
  expect(extracted.map((frame) => frame.frame)).toEqual(multiples(every, frames));
  expect(totals).toEqual({
    framesDecoded: frames,
    framesExtracted: Math.floor(frames / every),
    damaged: false,
    problems: [],
  });
  const times = extracted.map((frame) => frame.time);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(await Promise.all(extracted.map(({ jpeg }) => numberShown(jpeg, width)))).toEqual(
    multiples(every, frames),
  );
  return extracted;
}

describe('every Nth frame comes out under its own number, with its own picture', () => {
  test.each([
    ['vp8.webm', ['-c:v', 'libvpx', '-auto-alt-ref', '1', '-lag-in-frames', '8']],
    ['vp9.webm', ['-c:v', 'libvpx-vp9', '-cpu-used', '8']],
    ['h264.mp4', ['-c:v', 'libx264', '-bf', '3', '-preset', 'veryfast']],
    ['hevc.mp4', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error']],
    ['mpeg4.avi', ['-c:v', 'mpeg4', '-q:v', '2', '-bf', '2']],
    ['transport.ts', ['-c:v', 'libx264', '-preset', 'veryfast']],
  ])('%s', async (name, codec) => {
    const file = await make(clip(name), ...numbered({ frames: 41 }), ...codec);
    await expectNumbers(file, 41);
  });

  test('of a variable frame rate, with its times', async () => {
    const uneven = ['-vf', 'settb=1/1000,setpts=(N*N+N)*50', '-vsync', '0', '-enc_time_base', '1/1000'];
    const file = await make(clip('vfr.mkv'), ...numbered({ frames: 20 }), ...uneven, '-c:v', 'libvpx');
    const frames = await expectNumbers(file, 20);
    // Frame n of 1, 2, 3 … is shown at ((n-1)² + (n-1)) / 20 seconds.
    expect(frames.map((frame) => frame.time)).toEqual([0.3, 1.5, 3.6, 6.6, 10.5, 15.3]);
  });

  test('where the container knows no duration', async () => {
    const file = await make(
      clip('live.webm'),
      ...numbered({ frames: 30 }),
      '-c:v',
      'libvpx',
      '-live',
      '1',
      '-f',
      'webm',
    );
    expect(await probe(sourceOf(file))).toMatchObject({ duration: undefined, estimatedFrames: undefined });
    await expectNumbers(file, 30);
  });

  test('of odd sizes', async () => {
    const file = await make(clip('odd.webm'), ...numbered({ frames: 7, size: '323x65' }), '-c:v', 'libvpx');
    await expectNumbers(file, 7, { every: 2, width: 323 });
  });

  test('every single one, and one frame only', async () => {
    const file = await make(clip('one.mp4'), ...numbered({ frames: 1 }), '-c:v', 'mpeg4', '-q:v', '2');
    await expectNumbers(file, 1, { every: 1 });
  });

  test('none of fewer than N', async () => {
    const file = await make(clip('few.mp4'), ...numbered({ frames: 2 }), '-c:v', 'mpeg4');
    await expectNumbers(file, 2);
  });

  test('across a change of size in mid-stream', async () => {
    const parts = await Promise.all(
      ['320x64', '640x128'].map((size, index) =>
        make(clip(`part${index}.h264`), '-f', 'lavfi', '-i', `testsrc=s=${size}:r=10:d=1`, '-c:v', 'libx264'),
      ),
    );
    const file = await make(
      clip('sizes.h264'),
      '-i',
      `concat:${parts.join('|')}`,
      '-c',
      'copy',
      '-f',
      'h264',
    );
    const { frames, totals } = await extractAll(file, { every: 3 });
    expect(frames.map((frame) => frame.frame)).toEqual(multiples(3, 20));
    expect(totals).toMatchObject({ framesDecoded: 20, damaged: false });
    const sizes = await Promise.all(frames.map(({ jpeg }) => sharp(jpeg).metadata()));
    expect(new Set(sizes.map((size) => `${size.width}x${size.height}`))).toEqual(new Set(['320x64']));
  });

  test('of the first video stream, though a later one is larger', async () => {
    const larger = ['-f', 'lavfi', '-i', 'testsrc=s=640x480:r=25:d=2'];
    const streams = ['-map', '0:v', '-map', '1:v', '-c:v', 'libx264', '-preset', 'veryfast'];
    const file = await make(clip('two.mp4'), ...numbered({ frames: 12 }), ...larger, ...streams);
    expect(await probe(sourceOf(file))).toMatchObject({ width: 320, height: 64 });
    await expectNumbers(file, 12);
  });
});

describe('pictures', () => {
  test('are shown upright, as rotation metadata says', async () => {
    const upright = await make(clip('upright.mp4'), ...numbered({ frames: 3 }), '-c:v', 'libx264');
    const file = await make(clip('turned.mp4'), '-i', upright, '-c', 'copy', '-metadata:s:v', 'rotate=90');
    expect(await probe(sourceOf(file))).toMatchObject({ width: 64, height: 320 });
    const { frames } = await extractAll(file, { every: 3 });
    expect(await sharp(frames[0]?.jpeg).metadata()).toMatchObject({ width: 64, height: 320 });
    // This ffmpeg writes 90 as a turn to the left.
    expect(await numberShown(await sharp(frames[0]?.jpeg).rotate(90).toBuffer())).toBe(3);
  });

  test('are narrowed to a width, even-sided, in shape, and never enlarged', async () => {
    const file = await make(clip('wide.webm'), ...numbered({ frames: 3 }), '-c:v', 'libvpx');
    const sizeAt = async (width: number) => {
      const { frames } = await extractAll(file, { every: 3, width });
      expect(await numberShown(frames[0]?.jpeg ?? new Uint8Array())).toBe(3);
      const { width: wide, height } = await sharp(frames[0]?.jpeg).metadata();
      return [wide, height];
    };
    expect(await sizeAt(161)).toEqual([162, 32]);
    expect(await sizeAt(4000)).toEqual([320, 64]);
  });

  test('get smaller with a higher quality number', async () => {
    const file = await make(
      clip('quality.webm'),
      '-f',
      'lavfi',
      '-i',
      'testsrc=d=0.2:r=10',
      '-c:v',
      'libvpx',
    );
    const bytesAt = async (quality: number) =>
      (await extractAll(file, { every: 1, quality })).frames.reduce((sum, { jpeg }) => sum + jpeg.length, 0);
    expect(await bytesAt(20)).toBeLessThan(await bytesAt(2));
  });
});

test('file names reach ffmpeg as they are', async () => {
  const original = await make(clip('plain.webm'), ...numbered({ frames: 6 }), '-c:v', 'libvpx');
  const names = [
    'with space.webm',
    '-dash.webm',
    'a%d.webm',
    'cam:1.webm',
    `"it's".webm`,
    '🎬.webm',
    'two\nlines.webm',
  ];
  names.push('[1]*.webm', '$(touch x);.webm', 'été 日本.webm', 'no-extension', 'http:.webm', 'file:.webm');
  for (const name of names) {
    await copyFile(original, clip(name));
    const { frames, totals } = await extractAll(clip(name), { every: 3 });
    expect([name, frames.length, totals.damaged]).toEqual([name, 2, false]);
  }
  // Relative paths too: the name is then the first thing that ffmpeg sees.
  const before = process.cwd();
  process.chdir(folder);
  try {
    for (const name of names) expect((await extractAll(name, { every: 3 })).frames).toHaveLength(2);
  } finally {
    process.chdir(before);
  }
});

const shared = path.join(import.meta.dirname, '../../../shared/videos');

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
    expect(await probe(sourceOf(file))).toMatchObject({ width, height });
    expect(await sharp(frames[0]?.jpeg).metadata()).toMatchObject({ width, height });
  });
});
