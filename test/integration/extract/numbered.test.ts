import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import sharp from 'sharp';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { bundledFfmpeg, modernFfmpeg } from '../../support/modern-ffmpeg.js';
import { extractAll } from './extract-clips.js';

interface Truth {
  readonly file: string;
  readonly shown: readonly number[];
  readonly times: readonly (number | null)[];
}

const folder = 'test/fixtures/numbered';
const truth = (await readFile(path.join(folder, 'truth.jsonl'), 'utf8'))
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Truth);

/** What a display matrix does to the order of the stripes. */
const reversed = new Set(['08-hflip.mp4', '08-rot270.mp4', '09-change-rot90.mp4']);
/** Tilted, or too small for ten stripes. */
const unreadable = new Set(['08-rot45.mp4', '24-1x1.mkv', '24-3x500.mkv']);
/** ffmpeg removes a jump of the clock. */
const jumping = '22-jump.mpegts';
/** It begins in the middle of a group of pictures: versions before 7.1 also show those whose references are missing. */
const cut = '07-cut265.mpegts';

afterEach(() => vi.unstubAllEnvs());

/** The number that a picture shows, in stripes along its longer side. */
async function numberOn(jpeg: Uint8Array, file: string): Promise<number> {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const bitAt = (part: number): number => {
    const x = width >= height ? Math.floor(part * width) : width >> 1;
    const y = width >= height ? height >> 1 : Math.floor(part * height);
    return (data[y * width + x] ?? 0) > 125 ? 1 : 0;
  };
  const bits = Array.from({ length: 10 }, (_, bit) => bitAt((bit + 0.5) / 10));
  if (reversed.has(file)) bits.reverse();
  return bits.reduce((number, bit, place) => number + bit * 2 ** place, 0);
}

const ascends = (times: readonly (number | null)[]): boolean =>
  times.every((time, n) => time !== null && (n === 0 || time > (times[n - 1] ?? 0)));

/** In milliseconds after the first one. */
const relative = (times: readonly (number | null)[]): number[] =>
  times.map((time) => Math.round(((time ?? 0) - (times[0] ?? 0)) * 1000));

/** What an ffmpeg gives for a file, as far as the truth says it. */
async function reading({ file, times }: Truth) {
  const { frames, totals } = await extractAll(path.join(folder, file), { every: 1 });
  const all = await Promise.all(frames.map(({ jpeg }) => numberOn(jpeg, file)));
  const shown = file === cut ? all.slice(-60) : all;
  const own = frames.map(({ time }) => time);
  expect(ascends(own), file).toBe(true);
  expect(totals.framesDecoded, file).toBe(frames.length);
  const comparable = ascends(times) && file !== jumping && file !== cut;
  return {
    file,
    frames: shown.length,
    shown: unreadable.has(file) ? undefined : shown,
    times: comparable ? relative(own) : undefined,
  };
}

function expected({ file, shown, times }: Truth) {
  const comparable = ascends(times) && file !== jumping && file !== cut;
  return {
    file,
    frames: shown.length,
    shown: unreadable.has(file) ? undefined : shown,
    times: comparable ? relative(times) : undefined,
  };
}

const versions = [
  ['the bundled ffmpeg', bundledFfmpeg],
  ['a modern ffmpeg', modernFfmpeg],
] as const;

describe.each(versions)('%s', (_, ffmpeg) => {
  test.skipIf(ffmpeg === undefined)('reads each frame once, under its number and at its time', async () => {
    vi.stubEnv('MVS_FFMPEG', ffmpeg ?? '');
    expect(await pMap(truth, reading, { concurrency: 4 })).toEqual(truth.map(expected));
  });
});

test.skipIf(modernFfmpeg === undefined)('a modern ffmpeg gives the pixels of the bundled one', async () => {
  const pixels = async (ffmpeg = ''): Promise<string[]> => {
    vi.stubEnv('MVS_FFMPEG', ffmpeg);
    const files = ['base.mp4', '08-rot90flip.mp4', '25-h264-fullrange.mp4', '25-png.mov', '09-change.mkv'];
    const all = await pMap(
      files.flatMap((file) => [undefined, 160].map((width) => ({ file, width }))),
      async ({ file, width }) => (await extractAll(path.join(folder, file), { every: 20 }, { width })).frames,
      { concurrency: 4 },
    );
    return Promise.all(
      all.flat().map(async ({ jpeg }) => (await sharp(jpeg).raw().toBuffer()).toString('base64')),
    );
  };
  const [own, other] = [await pixels(bundledFfmpeg), await pixels(modernFfmpeg)];
  expect(own).toHaveLength(32);
  expect(other.map((picture, n) => picture === own[n])).toEqual(own.map(() => true));
});
