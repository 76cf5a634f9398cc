import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { probeVideo } from '../../../src/core/extract/probe.js';
import {
  extractAll,
  make,
  multiples,
  numbered,
  numberShown,
  sourceOf,
  temporaryFolder,
} from './extract-clips.js';

const clip = temporaryFolder();

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

  test('though frames are only milliseconds apart', async () => {
    const bursts = [
      '-vf',
      'settb=1/1000,setpts=floor(N/5)*1000+mod(N\\,5)*2',
      '-vsync',
      '0',
      '-enc_time_base',
      '1/1000',
    ];
    const file = await make(clip('bursts.mkv'), ...numbered({ frames: 40 }), ...bursts, '-c:v', 'libvpx');
    const frames = await expectNumbers(file, 40, { every: 1 });
    expect(frames.slice(3, 7).map((frame) => frame.time)).toEqual([0.006, 0.008, 1, 1.002]);
  });

  test('though there are several in a millisecond, each with its own time', async () => {
    const file = await make(
      clip('fast.mp4'),
      ...numbered({ frames: 20, fps: 3000 }),
      '-c:v',
      'mpeg4',
      '-q:v',
      '2',
    );
    await expectNumbers(file, 20, { every: 1 });
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
    expect(await probeVideo(sourceOf(file))).toMatchObject({
      duration: undefined,
      estimatedFrames: undefined,
    });
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
        make(
          clip(`part${index}.h264`),
          '-f',
          'lavfi',
          '-i',
          `testsrc=s=${size}:r=10:d=1.1`,
          '-c:v',
          'libx264',
        ),
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
    expect(frames.map((frame) => frame.frame)).toEqual(multiples(3, 22));
    expect(totals).toMatchObject({ framesDecoded: 22, damaged: false });
    const sizes = await Promise.all(frames.map(({ jpeg }) => sharp(jpeg).metadata()));
    expect(new Set(sizes.map((size) => `${size.width}x${size.height}`))).toEqual(new Set(['320x64']));
  });

  test('of the first video stream, though a later one is larger', async () => {
    const larger = ['-f', 'lavfi', '-i', 'testsrc=s=640x480:r=25:d=2'];
    const streams = ['-map', '0:v', '-map', '1:v', '-c:v', 'libx264', '-preset', 'veryfast'];
    const file = await make(clip('two.mp4'), ...numbered({ frames: 12 }), ...larger, ...streams);
    expect(await probeVideo(sourceOf(file))).toMatchObject({ width: 320, height: 64 });
    await expectNumbers(file, 12);
  });
});
