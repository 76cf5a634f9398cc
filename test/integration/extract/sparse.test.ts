import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Decoding } from '../../../src/core/extract/extracted.js';
import { bundledFfmpeg, modernFfmpeg } from '../../support/modern-ffmpeg.js';
import { make, numbered, temporaryFolder } from './extract-clips.js';
import { makeClip, recipeOf, withPacket } from './sparse-clips.js';
import { decodingOf, mustBeEqual, outcome } from './sparse-outcome.js';

/** `MVS_SPARSE_SEEDS=1-500` tries these random clips; `MVS_SPARSE_FILES` names a folder whose files are tried too. */
const [firstSeed = 1, lastSeed = firstSeed] = (process.env.MVS_SPARSE_SEEDS ?? '1-9').split('-').map(Number);
const folders = ['videos', 'test/fixtures/numbered', ...(process.env.MVS_SPARSE_FILES?.split(':') ?? [])];
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)));
const clip = temporaryFolder();

const versions = [bundledFfmpeg, ...(modernFfmpeg === undefined ? [] : [modernFfmpeg])];
/** Unless it is asked for more, the suite tries each file with one ffmpeg. */
const seeds = Array.from({ length: lastSeed - firstSeed + 1 }, (_, n) => firstSeed + n);
const isThorough = process.env.MVS_SPARSE_SEEDS !== undefined;
const shareOf = <T>(all: readonly T[], ffmpeg: string): T[] =>
  all.filter((_, n) => isThorough || versions[n % versions.length] === ffmpeg);

afterEach(() => vi.unstubAllEnvs());

const skips = (decoding: Decoding): boolean => !('all' in decoding) && decoding.packets < decoding.of;

describe.each(versions)('with %s, what comes out is the same as if all frames were decoded', (ffmpeg) => {
  test('from files of many kinds', async () => {
    vi.stubEnv('MVS_FFMPEG', ffmpeg);
    const decoded: Decoding[] = [];
    for (const file of shareOf(files, ffmpeg)) decoded.push(...(await mustBeEqual(file)));
    expect(decoded.filter(skips).length).toBeGreaterThan(5);
  }, 3_600_000);

  test('from clips of random structure', async () => {
    vi.stubEnv('MVS_FFMPEG', ffmpeg);
    const decoded: Decoding[] = [];
    const tried = shareOf(seeds, ffmpeg);
    for (const seed of tried) {
      const file = await makeClip(recipeOf(seed), clip('.'));
      if (file !== undefined) decoded.push(...(await mustBeEqual(file)));
    }
    expect(decoded.filter(skips).length).toBeGreaterThanOrEqual(tried.length);
  }, 3_600_000);
});

/** Closed groups of 20 pictures, in whose second one the frames 21 to 40 are. */
const closed = {
  h264: ['-c:v', 'libx264', '-preset', 'medium', '-bf', '3', '-g', '20', '-sc_threshold', '0'],
  hevc: [
    ...['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'],
    'keyint=20:min-keyint=20:open-gop=0:bframes=3:scenecut=0:log-level=none',
  ],
  vp8: ['-c:v', 'libvpx', '-g', '20', '-keyint_min', '20', '-auto-alt-ref', '0'],
  vp9: ['-c:v', 'libvpx-vp9', '-g', '20', '-keyint_min', '20', '-deadline', 'realtime', '-cpu-used', '8'],
};
const frames60 = numbered({ frames: 60 });

describe.each(versions)('with %s', (ffmpeg) => {
  test.each(
    Object.entries(closed).flatMap(([codec, args]) => ['mkv', 'mp4'].map((to) => ({ codec, args, to }))),
  )('only what is needed is decoded of $codec in $to', async ({ codec, args, to }) => {
    if (codec === 'vp8' && to === 'mp4') return;
    vi.stubEnv('MVS_FFMPEG', ffmpeg);
    const file = await make(clip(`closed-${codec}.${to}`), ...frames60, ...args);
    expect(await decodingOf(file, { samplingMethod: { keyframes: true } })).toEqual([{ packets: 3, of: 60 }]);
    expect(await decodingOf(file, { samplingMethod: { every: 41 } })).toEqual([{ packets: 2, of: 60 }]);
    const every = { samplingMethod: { every: 1 }, only: [22, 41] };
    const [some] = await decodingOf(file, every);
    // The second frame of a group may come behind others in the file.
    expect(some).toSatisfy((what: Decoding) => 'packets' in what && what.packets >= 4 && what.packets <= 7);
  });
});

describe('all frames are decoded', () => {
  const x264 = (...params: string[]): string[] => [...closed.h264, '-x264-params', params.join(':')];
  test.each<[string, string, readonly string[], RegExp]>([
    ['of open groups', 'open.mp4', x264('open-gop=1'), /before its key frame/],
    [
      'of HEVC with leading pictures',
      'open-hevc.mp4',
      [
        '-c:v',
        'libx265',
        '-x265-params',
        'keyint=20:min-keyint=20:open-gop=1:bframes=3:scenecut=0:log-level=none',
      ],
      /before its key frame|closed/,
    ],
    [
      'if key frames are recovery points',
      'refresh.mp4',
      ['-c:v', 'libx264', '-bf', '0', '-g', '20', '-x264-params', 'intra-refresh=1'],
      /closed/,
    ],
    ['of fields', 'fields.mp4', [...closed.h264, '-flags', '+ildct+ilme'], /fields/],
    ['of other codecs', 'other.mp4', ['-c:v', 'mpeg4'], /codec/],
    ['of other containers', 'other.flv', closed.h264, /container/],
  ])('%s', async (_, name, args, reason) => {
    const file = await make(clip(name), ...frames60, '-pix_fmt', 'yuv420p', ...args);
    const decoding = await decodingOf(file, { samplingMethod: { every: 50 } });
    expect(decoding.at(-1)).toEqual({ all: expect.stringMatching(reason) as string });
  });

  test.each([
    ['an edit list that begins within a group', '01-editlist-cut.mp4', /more than a picture/],
    ['parameters that change', '30-vp9-change.webm', /parameters change/],
    [
      'times in the order of the file, not of presentation',
      '09-change-rot90.mp4',
      /order of the frames|another form/,
    ],
    ['alpha at the side of packets', '25-alpha-vp8.webm', /more than a picture/],
  ])('because of %s', async (_, name, reason) => {
    const file = path.join('test/fixtures/numbered', name);
    const decoding = await decodingOf(file, { samplingMethod: { keyframes: true } });
    expect(decoding.at(-1)).toEqual({ all: expect.stringMatching(reason) as string });
  });

  test('of VP9 that shows a key frame again, which decoders call another key frame', async () => {
    const to = clip('again.ivf');
    const frames = await make(clip('plain.ivf'), ...frames60, ...closed.vp9, '-lag-in-frames', '0');
    await writeFile(to, withPacket(await readFile(frames), 20, Buffer.of(0x88)));
    const file = await make(clip('again.webm'), '-i', to, '-c', 'copy');
    expect(await mustBeEqual(file)).toContainEqual({ all: 'a key frame is shown again' });
  });

  test('of H.264 without pictures that others refer to, in whose place the decoder shows fewer, without an error', async () => {
    const whole = await make(clip('no-b.mp4'), ...frames60, ...closed.h264, '-bf', '0');
    // Drops packets, and changes no byte of the others.
    const dropping = 'noise=amount=100000000:dropamount=9';
    const file = await make(clip('gaps.mp4'), '-i', whole, '-c', 'copy', '-bsf:v', dropping);
    const decodings = await mustBeEqual(file);
    expect(decodings).toContainEqual({ all: 'a picture that others refer to is missing' });
    expect(decodings.filter(skips)).toEqual([]);
  });

  test('of a damaged file, from the frame on that is not as planned', async () => {
    const whole = await make(clip('whole.mp4'), ...frames60, ...closed.h264, '-movflags', 'faststart');
    const bytes = await readFile(whole);
    // Within the picture data of the last group, which is decoded.
    bytes.fill(0xff, bytes.length - 300, bytes.length - 100);
    const file = clip('damaged.mp4');
    await writeFile(file, bytes);
    const options = { samplingMethod: { every: 20 } };
    const [all, some] = [
      await outcome(file, { ...options, skipping: 'never' }),
      await outcome(file, { ...options, skipping: 'always' }),
    ];
    expect(some.decoding).toEqual([
      { packets: expect.any(Number) as number, of: 60 },
      { all: expect.any(String) as string },
    ]);
    // The decoder's threads report in any order.
    const { frames, totals } = some.came;
    expect([frames, totals?.framesDecoded, totals?.damaged]).toEqual([
      all.came.frames,
      all.came.totals?.framesDecoded,
      true,
    ]);
  });

  test.each([
    ['where they are asked for', { skipping: 'never' }],
    ['where too few can be skipped', { skipping: undefined }],
    ['at the speed of the video', { realtime: true }],
    ['of a video that was damaged before', { before: { framesDecoded: 60, damaged: true } }],
    ['of a video that had another number of frames', { before: { framesDecoded: 59, damaged: false } }],
  ] as const)('%s', async (_, options) => {
    const file = await make(clip('plain.mp4'), ...numbered({ frames: 60, fps: 240 }), ...closed.h264);
    const [decoding] = await decodingOf(file, { samplingMethod: { every: 20 }, ...options });
    expect(decoding).toHaveProperty('all');
  });
});

test('frames are skipped where that pays, without being asked', async () => {
  const still = ['-f', 'lavfi', '-i', 'color=s=1280x720:r=50', '-frames:v', '200', '-preset', 'ultrafast'];
  const file = await make(clip('long.mp4'), ...still, '-c:v', 'libx264', '-g', '100');
  const { came, decoding } = await outcome(file, { samplingMethod: { keyframes: true }, width: 64 });
  expect(decoding).toEqual([{ packets: 2, of: 200 }]);
  expect(came.totals).toEqual({ framesDecoded: 200, framesExtracted: 2, damaged: false, problems: [] });
});
