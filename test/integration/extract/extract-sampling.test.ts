import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import ffprobe from '@ffprobe-installer/ffprobe';
import { execa } from 'execa';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { ExtractedFrame } from '../../../src/core/extract/extract.js';
import { extractAll, make, numbered, numberShown, temporaryFolder } from './extract-clips.js';

const clip = temporaryFolder();
const width = 96;

const ours = path.join(import.meta.dirname, '../../../videos');
// Not part of the project: other codecs, times and containers, where they are.
const shared = path.join(import.meta.dirname, '../../../../shared/videos');
const av1 = path.join(shared, 'flower-540p-av1.mp4');
const clips = [
  ...['cat.webm', 'rocket.webm'].map((name) => [name, path.join(ours, name)] as const),
  ...[
    'asl hungry.v1.2.mkv',
    'flower-240p-hevc.mp4',
    'flower-rotated-90-h264.mp4',
    'mixed-content-vfr-vp8.webm',
  ]
    .concat('nasa-two-video-streams.mp4', 'water-no-duration-vp8.webm')
    .map((name) => [name, path.join(shared, name)] as const),
].filter(([, file]) => existsSync(file));

interface Decoded {
  readonly key: boolean;
  /** Seconds from the start of the file. */
  readonly time: number;
}

/** The frames of a file as ffprobe tells them. */
async function framesOf(file: string): Promise<Decoded[]> {
  const entries = 'format=start_time:frame=key_frame,best_effort_timestamp_time';
  const args = ['-v', 'error', '-select_streams', 'V:0', '-show_entries', entries, '-of', 'json', file];
  const { stdout } = await execa(ffprobe.path, args, { env: { GCONV_PATH: '/nonexistent' } });
  const { frames, format } = JSON.parse(stdout) as {
    frames: { key_frame: number; best_effort_timestamp_time: string }[];
    format: { start_time: string };
  };
  return frames.map((frame) => ({
    key: frame.key_frame === 1,
    time: Number(frame.best_effort_timestamp_time) - Number(format.start_time),
  }));
}

/** What ffmpeg itself makes of each frame's difference from the one before. */
async function scoresOf(file: string): Promise<number[]> {
  const filters = 'select=gte(scene\\,0),metadata=print:file=-';
  const args = ['-v', 'error', '-i', file, '-map', '0:V:0', '-vf', filters, '-vsync', '0', '-f', 'null', '-'];
  const { stdout } = await execa(ffmpeg.path, args);
  return [...stdout.matchAll(/scene_score=([\d.]+)/g)].map(([, score]) => Number(score));
}

/** Numbers, from 1, of the frames that pass. */
function numbersWhere<T>(items: readonly T[], passes: (item: T, index: number) => boolean): number[] {
  return items.flatMap((item, index) => (passes(item, index) ? [index + 1] : []));
}

/** The first frame of each slot of 1/fps seconds. Containers round times, by a millisecond at most. */
function firstOfSlots(frames: readonly Decoded[], fps: number): number[] {
  const slots = frames.map(({ time }) => Math.floor((Math.max(time, 0) + 0.001) * fps + 1e-9));
  return numbersWhere(slots, (slot, index) => slots.slice(0, index).every((earlier) => earlier < slot));
}

function numbersOf(frames: readonly ExtractedFrame[]): number[] {
  return frames.map(({ frame }) => frame);
}

function digestOf({ frame, time, jpeg }: ExtractedFrame): [number, number, string] {
  return [frame, time, createHash('md5').update(jpeg).digest('hex')];
}

async function differenceOf(one: Uint8Array, other: Uint8Array): Promise<number> {
  const [a, b] = await Promise.all([one, other].map((jpeg) => sharp(jpeg).raw().toBuffer()));
  if (!a || a.length !== b?.length) return Infinity;
  return a.reduce((sum, value, index) => sum + Math.abs(value - (b[index] ?? 0)), 0) / a.length;
}

describe.each(clips)('%s', (_, file) => {
  test('gives the frames that other programs find, under their own numbers, with their times and pictures', async () => {
    const [decoded, scores, all] = await Promise.all([
      framesOf(file),
      scoresOf(file),
      extractAll(file, { every: 1 }, { width }),
    ]);
    expect(numbersOf(all.frames)).toEqual(numbersWhere(decoded, () => true));
    const pictures = new Map(all.frames.map((frame) => [frame.frame, digestOf(frame)]));

    for (const [method, numbers] of [
      [{ keyframes: true }, numbersWhere(decoded, ({ key }) => key)],
      [{ fps: 2 }, firstOfSlots(decoded, 2)],
      [{ fps: 0.3 }, firstOfSlots(decoded, 0.3)],
      [{ fps: 1000 }, numbersOf(all.frames)],
    ] as const) {
      const { frames, totals } = await extractAll(file, method, { width });
      expect([method, numbersOf(frames)]).toEqual([method, numbers]);
      expect(frames.map(digestOf)).toEqual(numbers.map((frame) => pictures.get(frame)));
      expect(totals).toEqual({ ...all.totals, framesExtracted: numbers.length });
    }

    const { frames } = await extractAll(file, { scene: 0.05 }, { width });
    expect(numbersOf(frames)).toEqual(numbersWhere(scores, (score, index) => index === 0 || score > 0.05));
    // To compare scenes ffmpeg 4.1 makes RGB of the frames: the picture is the same one, and not byte for byte.
    for (const { frame, time, jpeg } of frames) {
      const same = all.frames[frame - 1];
      expect(time).toBe(same?.time);
      expect(await differenceOf(jpeg, same?.jpeg ?? jpeg)).toBeLessThan(4);
    }
  }, 60_000);
});

test.skipIf(!existsSync(av1))(
  'key frames of AV1 are refused where ffmpeg takes all of its frames for such',
  async () => {
    await expect(extractAll(av1, { keyframes: true })).rejects.toMatchObject({
      code: 'EXTRACTOR_FAILED',
      hint: expect.stringContaining('MVS_FFMPEG') as string,
    });
  },
);

describe('frames a second', () => {
  test.each([
    ['that the video has keep every frame, though times are rounded', 30, 30],
    ['beyond what it has repeat none', 25, 60],
  ])('%s', async (_, rate, fps) => {
    const file = await make(clip(`${rate}.webm`), ...numbered({ frames: 45, fps: rate }), '-c:v', 'libvpx');
    const { frames } = await extractAll(file, { fps });
    expect(numbersOf(frames)).toEqual(Array.from({ length: 45 }, (_, n) => n + 1));
  });

  test('follow the times where frames are not evenly spaced', async () => {
    const uneven = ['-vf', 'settb=1/1000,setpts=(N*N+N)*50', '-vsync', '0', '-enc_time_base', '1/1000'];
    const file = await make(clip('vfr.mkv'), ...numbered({ frames: 20 }), ...uneven, '-c:v', 'libvpx');
    // Frames come at 0, 0.1, 0.3, 0.6, 1, 1.5, 2.1, 2.8, 3.6, 4.5 … seconds, the twentieth at 19.
    const { frames } = await extractAll(file, { fps: 0.5 });
    expect(frames.map(({ frame, time }) => [frame, time])).toEqual([
      ...[
        [1, 0],
        [7, 2.1],
        [10, 4.5],
        [12, 6.6],
        [14, 9.1],
      ],
      ...[
        [15, 10.5],
        [16, 12],
        [18, 15.3],
        [19, 17.1],
        [20, 19],
      ],
    ]);
    expect(await Promise.all(frames.map(({ jpeg }) => numberShown(jpeg)))).toEqual(numbersOf(frames));
  });
});

test('a scene begins where the picture changes; a video without changes has one', async () => {
  const parts = ['color=red', 'testsrc', 'color=blue'].flatMap((picture) => [
    '-f',
    'lavfi',
    '-i',
    `${picture}${picture.includes('=') ? ':' : '='}s=320x240:r=10:d=1`,
  ]);
  const cuts = await make(clip('cuts.mp4'), ...parts, '-filter_complex', 'concat=n=3', '-c:v', 'libx264');
  expect(numbersOf((await extractAll(cuts, { scene: 0.3 })).frames)).toEqual([1, 11, 21]);
  expect(numbersOf((await extractAll(cuts, { scene: 1 })).frames)).toEqual([1]);
});

test('a damaged file gives what can be read of it, and says so', async () => {
  const file = await make(clip('cut.webm'), ...numbered({ frames: 40 }), '-c:v', 'libvpx', '-g', '10');
  const whole = numbersOf((await extractAll(file, { fps: 5 })).frames);
  await truncate(file, Math.floor((await stat(file)).size * 0.6));
  const { frames, totals } = await extractAll(file, { fps: 5 });
  expect(totals).toMatchObject({ damaged: true, framesExtracted: frames.length });
  expect(frames.length).toBeGreaterThan(5);
  expect(frames.length).toBeLessThan(whole.length);
  expect(numbersOf(frames)).toEqual(whole.slice(0, frames.length));
});
