import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openFile } from '../../../src/core/extract/extract.js';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { videoNameOf } from '../../../src/core/source/names.js';
import { bundledFfmpeg, modernFfmpeg } from '../../support/modern-ffmpeg.js';
import {
  extractAll,
  make,
  multiples,
  numbered,
  numberShown,
  sourceOf,
  temporaryFolder,
} from './extract-clips.js';

const at = temporaryFolder();
const odd = (name: string): string => path.join('test/fixtures/odd', name);
const extracting = (file: string) => extractAll(file, { every: 3 });

describe.each([
  ['the bundled ffmpeg', bundledFfmpeg],
  ['a modern ffmpeg', modernFfmpeg],
])('%s', (_, ffmpeg) => {
  beforeEach(({ skip }) => {
    if (ffmpeg === undefined) skip();
    vi.stubEnv('MVS_FFMPEG', ffmpeg ?? '');
  });
  afterEach(() => vi.unstubAllEnvs());

  test('shows a mirrored picture mirrored', async () => {
    const { frames } = await extracting(odd('q-hflip.mp4'));
    const { data, info } = await sharp(frames[0]?.jpeg).raw().toBuffer({ resolveWithObject: true });
    const colourAt = (x: number, y: number): number[] => {
      const place = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
      return [...data.subarray(place, place + 3)].map((value) => Math.round(value / 128) * 128);
    };
    const [blue, red, white, green] = [
      [0, 0, 256],
      [256, 0, 0],
      [256, 256, 256],
      [0, 128, 0],
    ];
    const quarters = [colourAt(0.25, 0.25), colourAt(0.75, 0.25), colourAt(0.25, 0.75), colourAt(0.75, 0.75)];
    expect(quarters).toEqual([blue, red, white, green]);
  });

  test.each(['mjpeg', 'bin'])('reads JPEGs one after the other, as cameras send them (.%s)', async (name) => {
    // The first picture is longer than what ffmpeg looks at.
    const noise = [...numbered({ frames: 6 }), '-vf', 'noise=alls=9', '-q:v', '2', '-f', 'mjpeg'];
    const { frames } = await extractAll(await make(at(`camera.${name}`), ...noise), { every: 1 });
    const shown = await Promise.all(frames.map(({ jpeg }) => numberShown(jpeg)));
    expect(shown).toEqual(multiples(1, 6));
  });

  test.each([
    ['h264', ['-c:v', 'libx264', '-bf', '2']],
    ['m2v', ['-c:v', 'mpeg2video', '-bf', '2']],
  ])('gives a stream without times those of its rate (.%s)', async (name, codec) => {
    const file = await make(at(`raw.${name}`), ...numbered({ frames: 30, fps: 50 }), ...codec);
    const { frames } = await extractAll(file, { every: 1 });
    expect(frames.map(({ time }) => time)).toEqual(multiples(1, 30).map((n) => (n - 1) / 50));
  });

  test('knows the key frames of a codec that has no others', async () => {
    const file = await make(at('intra.avi'), ...numbered({ frames: 4 }), '-c:v', 'huffyuv');
    const { frames } = await extractAll(file, { keyframes: true });
    expect(frames.map(({ frame }) => frame)).toEqual(multiples(1, 4));
  });

  test('turns pictures whose size changes', async () => {
    const { frames, totals } = await extracting(odd('09-change-down-rot90.mp4'));
    expect(totals).toMatchObject({ framesDecoded: 90, framesExtracted: 30, damaged: false });
    const upright = await Promise.all(frames.map(({ jpeg }) => sharp(jpeg).rotate(90).toBuffer()));
    // The film begins with frame 31, counted by the pictures.
    const shown = await Promise.all(upright.map((jpeg) => tenStripes(jpeg)));
    expect(new Set(shown)).toEqual(new Set(multiples(3, 90)));
    expect(await sharp(frames[29]?.jpeg).metadata()).toMatchObject({ width: 360, height: 640 });
  });

  test.each(['04-chapter-track-gone.mp4', '06-dvb-cut.mpegts', '10-dahua.dav', '14-cover-first-plain.mp4'])(
    'reads the film of %s, which is not damaged',
    async (name) => {
      const { totals } = await extracting(odd(name));
      expect(totals).toEqual({ framesDecoded: 60, framesExtracted: 20, damaged: false, problems: [] });
    },
  );

  test.each([
    ['15-song.mp3', /has no video stream/],
    ['16-anim.webp', /animated WebP is not supported by this ffmpeg/],
  ])('says why it does not read %s', async (name, message) => {
    await expect(extracting(odd(name))).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message });
  });
});

/** The number that ten stripes of equal width show. */
async function tenStripes(jpeg: Uint8Array): Promise<number> {
  return numberShown(await sharp(jpeg).resize(320, 64, { fit: 'fill' }).toBuffer());
}

test('a codec that ffmpeg does not know is named', async () => {
  vi.stubEnv('MVS_FFMPEG', bundledFfmpeg);
  await expect(extracting(odd('37-vvc.mp4'))).rejects.toMatchObject({
    code: 'NOT_A_VIDEO',
    message: /the codec vvc is not supported by ffmpeg \S+$/,
    hint: expect.stringContaining('MVS_FFMPEG') as string,
  });
  vi.unstubAllEnvs();
});

test('a picture is called one', async () => {
  const file = await make(at('still.png'), ...numbered({ frames: 1 }), '-frames:v', '1');
  await expect(extracting(file)).rejects.toMatchObject({
    message: /is a single picture \(png\), not a video/,
  });
});

test('a pipe is to be given as stdin', async () => {
  await expect(probeVideo(sourceOf('/dev/null'))).rejects.toMatchObject({
    code: 'NO_INPUT',
    hint: expect.stringContaining('mvs produce -') as string,
  });
});

describe('several video streams', () => {
  const options = { signal: new AbortController().signal, stallMs: 20_000, spoolLimit: 1 };
  const opened = (file: string, streamIndex?: number) =>
    openFile(
      { kind: 'file', video: videoNameOf(file), pathName: videoNameOf(file), input: file },
      { ...options, streamIndex },
    );

  test.each(['mp4', 'mkv'])('a cover that comes first is not taken for the film: %s', async (container) => {
    const cover = await make(at('cover.jpg'), ...numbered({ frames: 1 }), '-frames:v', '1');
    const film = [
      '-map',
      '0:v',
      '-map',
      '1:v',
      '-c:v:0',
      'copy',
      '-c:v:1',
      'libx264',
      '-disposition:v:0',
      '0',
    ];
    const file = await make(at(`cover.${container}`), '-i', cover, ...numbered({ frames: 12 }), ...film);
    expect((await extracting(file)).totals).toMatchObject({ framesDecoded: 12, damaged: false });
    expect((await probeVideo(sourceOf(file))).choice).toMatch(
      /^0 \(mjpeg, .*\) and 1 \(h264, .*\); 1 is read$/,
    );
  });

  test('the one that is named is read, as another video', async () => {
    const file = odd('14-cover-first-plain.mp4');
    await using film = await opened(file);
    await using named = await opened(file, 1);
    await using cover = await opened(file, 0);
    expect(named.fingerprint).toBe(film.fingerprint);
    expect(cover.fingerprint).not.toBe(film.fingerprint);
    expect(cover.probe).toMatchObject({ width: 64, height: 64, choice: undefined });
    const frames = cover.frames({ samplingMethod: { every: 1 } }, () => false);
    const sizes: unknown[] = [];
    for await (const { jpeg } of frames) sizes.push(await sharp(jpeg).metadata());
    expect(sizes).toMatchObject([{ width: 64, height: 64 }]);
    const streams =
      /^".*" has no video stream with index 2: it has 0 \(mjpeg, 64×64\) and 1 \(h264, 320×64\)$/;
    await expect(opened(file, 2)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: streams });
  });
});

describe('a file that is cut off in another stream', () => {
  test.each(['mkv', 'avi'])('%s: the film is whole', async (container) => {
    const sound = ['-f', 'lavfi', '-i', 'sine=d=9', '-c:a', 'pcm_s16le', '-c:v', 'mpeg4'];
    const whole = await make(at(`sound.${container}`), ...numbered({ frames: 60 }), ...sound);
    const bytes = await readFile(whole);
    const cut = at(`cut.${container}`);
    // The sound goes on for three seconds after the last picture.
    await writeFile(cut, bytes.subarray(0, bytes.length - 100_000));
    expect((await extracting(cut)).totals).toMatchObject({ framesDecoded: 60, damaged: false });
    const less = at(`less.${container}`);
    await copyFile(whole, less);
    await writeFile(less, bytes.subarray(0, bytes.length >> 1));
    expect((await extracting(less)).totals).toMatchObject({ damaged: true });
  });
});
