import { copyFile, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { extractArguments } from '../../../src/core/extract/command.js';
import { sha256Of } from '../../../src/core/base/sha256.js';
import { extractAll, make, numbered, numberShown, sourceOf, temporaryFolder } from './extract-clips.js';

const clip = temporaryFolder();

describe('pictures', () => {
  test('are shown upright, as rotation metadata says', async () => {
    const upright = await make(clip('upright.mp4'), ...numbered({ frames: 3 }), '-c:v', 'libx264');
    const file = await make(clip('turned.mp4'), '-i', upright, '-c', 'copy', '-metadata:s:v', 'rotate=90');
    expect(await probeVideo(sourceOf(file))).toMatchObject({ width: 64, height: 320 });
    const { frames } = await extractAll(file, { every: 3 });
    expect(await sharp(frames[0]?.jpeg).metadata()).toMatchObject({ width: 64, height: 320 });
    // This ffmpeg writes 90 as a turn to the left.
    expect(await numberShown(await sharp(frames[0]?.jpeg).rotate(90).toBuffer())).toBe(3);
  });

  test('are narrowed to a width, even-sided, in shape, and never enlarged', async () => {
    const file = await make(clip('wide.webm'), ...numbered({ frames: 3 }), '-c:v', 'libvpx');
    const sizeAt = async (width: number) => {
      const { frames } = await extractAll(file, { every: 3 }, { width });
      expect(await numberShown(frames[0]?.jpeg ?? new Uint8Array())).toBe(3);
      const { width: wide, height } = await sharp(frames[0]?.jpeg).metadata();
      return [wide, height];
    };
    expect(await sizeAt(161)).toEqual([162, 32]);
    expect(await sizeAt(4000)).toEqual([320, 64]);
  });

  test('that are scaled have the same pixels, whatever the processor can do', async () => {
    const video = sourceOf('videos/cat.webm');
    const output = { size: { width: 384, height: 256 }, threads: 1, quality: 3, realtime: false };
    const options = { samplingMethod: { every: 3 }, ...output };
    const args = extractArguments(video, options, await probeVideo(video), {
      fpsMode: 'vsync',
      crops: false,
    });
    const filters = args[args.indexOf('-vf') + 1] ?? '';
    const pixels = (capabilities: string): Promise<string> =>
      make(
        clip(`${capabilities}.yuv`),
        ...[
          '-cpuflags',
          capabilities,
          '-i',
          video.path,
          '-vf',
          filters,
          '-vsync',
          '0',
          '-pix_fmt',
          'yuvj420p',
        ],
      );
    const [one, other] = await Promise.all(['0', 'sse4.2'].map(pixels));
    expect(await sha256Of(one ?? '')).toBe(await sha256Of(other ?? ''));
  });

  test.each([
    ['even', 512, 64, 'colorspace'],
    ['odd', 511, 63, 'lutyuv'],
  ])(
    'with %s sides that are not scaled get the range of JPEG without swscale, and its pixels',
    async (name, width, height, filter) => {
      // All values that video has. The source itself makes even sides only.
      const every = `color=s=512x64:r=1:d=1,format=yuv420p,geq=lum=16+mod(X\\,220):cb=17+mod(X\\,224):cr=240-mod(X\\,224),crop=${width}:${height}:exact=1`;
      const video = sourceOf(await make(clip(`${name}.nut`), '-f', 'lavfi', '-i', every, '-c:v', 'ffv1'));
      const output = { size: { width, height }, threads: 1, quality: 3, realtime: false };
      const options = { samplingMethod: { every: 1 }, ...output };
      const args = extractArguments(video, options, await probeVideo(video), {
        fpsMode: 'vsync',
        crops: false,
      });
      const filters = args[args.indexOf('-vf') + 1] ?? '';
      expect(filters).toContain(filter);
      const raw = (file: string, chain: string): Promise<Buffer> =>
        make(clip(file), '-i', video.path, '-vf', chain, '-f', 'rawvideo').then((path) => readFile(path));
      const swscale = await raw(
        `${name}-swscale.yuv`,
        `scale=${width}:${height}:flags=bicubic+accurate_rnd,format=yuvj420p`,
      );
      expect(new Set(swscale.subarray(0, width)).size).toBeGreaterThan(200);
      expect((await raw(`${name}.yuv`, filters)).equals(swscale)).toBe(true);
    },
  );

  test('have the colours of the video, whatever range its values have', async () => {
    const grey = async (name: string, ...encoding: string[]): Promise<number[]> => {
      // Colours near both ends, and saturated ones, where the ranges differ most.
      const parts = ['0x0c0c0c', '0xf2f2f2', '0xc03020', '0x2040c0'].map(
        (colour) => `color=${colour}:s=64x64:d=1:r=3`,
      );
      const inputs = parts.flatMap((part) => ['-f', 'lavfi', '-i', part]);
      const file = await make(clip(name), ...inputs, '-filter_complex', 'hstack=4', ...encoding);
      const { frames } = await extractAll(file, { every: 3 });
      const { data } = await sharp(frames[0]?.jpeg)
        .resize(4, 1, { kernel: 'nearest' })
        .raw()
        .toBuffer({ resolveWithObject: true });
      return [...data];
    };
    const shown = [0x0c, 0x0c, 0x0c, 0xf2, 0xf2, 0xf2, 0xc0, 0x30, 0x20, 0x20, 0x40, 0xc0];
    const x264 = ['-c:v', 'libx264', '-crf', '1', '-pix_fmt'];
    for (const [name, format] of [
      ['limited', 'yuv420p'],
      ['full', 'yuvj420p'],
      ['deep', 'yuv420p10le'],
      ['dense', 'yuv444p'],
    ] as const) {
      const colours = await grey(`${name}.mp4`, ...x264, format);
      const off = colours.map((value, index) => Math.abs(value - (shown[index] ?? 0)));
      expect(Math.max(...off), `${name}: ${colours.join(' ')}`).toBeLessThanOrEqual(4);
    }
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
      (await extractAll(file, { every: 1 }, { quality })).frames.reduce(
        (sum, { jpeg }) => sum + jpeg.length,
        0,
      );
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
  process.chdir(clip(''));
  try {
    for (const name of names) expect((await extractAll(name, { every: 3 })).frames).toHaveLength(2);
  } finally {
    process.chdir(before);
  }
});
