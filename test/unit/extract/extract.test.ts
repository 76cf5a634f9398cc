import { chmod, copyFile, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinary } from '../../../src/core/extract/binaries.js';
import { madeExecutable } from '../../../src/core/extract/build.js';
import { extractArguments } from '../../../src/core/extract/command.js';
import { Diagnostics } from '../../../src/core/extract/diagnostics.js';
import { describe as describeStream, stream } from '../../../src/core/extract/probe-answer.js';
import { orientationOf, upright } from '../../../src/core/extract/orientation.js';
import { outputSize } from '../../../src/core/extract/scaling.js';

describe('the command line of ffmpeg', () => {
  const output = { size: { width: 640, height: 360 }, threads: 1, quality: 3, realtime: false };
  const options = { samplingMethod: { every: 3 }, ...output };
  const probe = {
    width: 640,
    height: 360,
    pixelFormat: 'yuv420p',
    range: 'tv',
    orientation: upright,
    position: 0,
  };
  const old = { fpsMode: 'vsync', crops: false } as const;
  const modern = { fpsMode: 'fps_mode', crops: true } as const;
  const source = { input: 'x', path: '-i http:x.mp4' };

  test('never has the name of a file as an option or another protocol', () => {
    const args = extractArguments(source, options, probe, old);
    expect(args[args.indexOf('-i') + 1]).toBe('file:-i http:x.mp4');
    expect(args.slice(args.indexOf('-protocol_whitelist')).slice(0, 2)).toEqual([
      '-protocol_whitelist',
      'file',
    ]);
    expect(args).toContain('-nostdin');
  });

  test('says so in the words of the ffmpeg that there is', () => {
    expect(extractArguments(source, options, probe, old)).toContain('-vsync');
    expect(extractArguments(source, options, probe, modern)).not.toContain('-vsync');
    expect(extractArguments(source, options, probe, modern)).toContain('passthrough');
    expect(extractArguments(source, { ...options, realtime: true }, probe, old)).toContain('-re');
  });
});

test.each([
  [{ width: 1920, height: 1080 }, 640, { width: 640, height: 360 }],
  [{ width: 1080, height: 1920 }, 224, { width: 224, height: 398 }],
  [{ width: 321, height: 65 }, undefined, { width: 321, height: 65 }],
  [{ width: 320, height: 64 }, 320, { width: 320, height: 64 }],
  [{ width: 320, height: 64 }, 9999, { width: 320, height: 64 }],
  [{ width: 4000, height: 2 }, 100, { width: 100, height: 2 }],
])('%j at width %s comes out as %j', (shown, width, size) => {
  expect(outputSize(shown, { width })).toEqual(size);
});

test.each([
  ['landscape', { width: 1920, height: 1080 }, 256, { width: 456, height: 256 }],
  ['portrait', { width: 1080, height: 1920 }, 256, { width: 256, height: 456 }],
  ['square', { width: 700, height: 700 }, 224, { width: 224, height: 224 }],
  ['exact', { width: 455, height: 256 }, 256, { width: 455, height: 256 }],
  ['small', { width: 320, height: 240 }, 256, { width: 320, height: 240 }],
  ['odd', { width: 1000, height: 999 }, 299, { width: 300, height: 300 }],
])('a %s frame, %j, that has to cover %s pixels comes out as %j', (_, shown, side, size) => {
  expect(outputSize(shown, { cover: { width: side, height: side } })).toEqual(size);
});

test('the smaller of two sizes counts', () => {
  const cover = { width: 256, height: 256 };
  expect(outputSize({ width: 1920, height: 1080 }, { width: 256, cover })).toEqual({
    width: 256,
    height: 144,
  });
  expect(outputSize({ width: 1920, height: 1080 }, { width: 640, cover })).toEqual({
    width: 456,
    height: 256,
  });
});

describe('what ffmpeg says while it works', () => {
  function listen(...lines: string[]): Diagnostics {
    const log = new Diagnostics();
    for (const line of lines) log.line(line);
    return log;
  }

  test('its frame count is found whatever the stream is called', () => {
    const count = (stream: string) =>
      listen(
        `[verbose]   Input stream #${stream} (video): 123 packets read (359 bytes); 118 frames decoded; `,
      );
    for (const stream of ['0:0', '0:1', '0:0(eng)', '0:0[0x1e0]'])
      expect(count(stream).framesDecoded).toBe(118);
    // ffmpeg 5 and later
    const later =
      '[in#0/webm @ 0x5] [verbose]   Input stream #0:0 (video): 9 packets read (9 bytes); 8 frames decoded; 0 decode errors; ';
    expect(listen(later).framesDecoded).toBe(8);
  });

  test.each([
    '[vp9 @ 0x1f] [error] Invalid frame marker',
    '[error] Error while decoding stream #0:0: Invalid data found when processing input',
    '[warning] file:x.mp4: corrupt input packet in stream 0',
    '[h264 @ 0x1] [info] concealing 65 DC, 65 AC, 65 MV errors in P frame',
    '[vist#0:0/h264 @ 0x5] [dec:h264 @ 0x6] [error] Decoding error: Invalid data found when processing input',
    '[warning] corrupt decoded frame in stream 0',
    '[vist#0:0/h264 @ 0x5] [dec:h264 @ 0x6] [warning] corrupt decoded frame',
    '[error] [x] this is no level',
  ])('damage: %s', (line) => {
    expect(listen(line)).toMatchObject({ damaged: true });
  });

  describe('only the stream that is read can damage it', () => {
    const openedAs = (format: string, stream: number) => [
      `[info] Input #0, ${format}, from 'file:x':`,
      '[info] Stream mapping:',
      `[info]   Stream #0:${stream} -> #0:0 (h264 (native) -> mjpeg (native))`,
    ];

    test.each([
      [
        'a decoder that identified a stream',
        ['[mpeg2video @ 0x1] [error] Invalid frame dimensions 0x0.'],
        [],
      ],
      ['sound that is broken', ['[mp3float @ 0x1] [error] Header missing', '[NULL @ 0x2] [error] x'], []],
      ['a missing chapter track', ['[mov,mp4 @ 0x1] [error] Referenced QT chapter track not found'], []],
      ['a packet of another stream', [], ['[warning] file:x: corrupt input packet in stream 2']],
      ['the end of another stream', [], ['[mov,mp4 @ 0x1] [error] stream 2, offset 0x6d21: partial file']],
    ])('not %s', (_, before, after) => {
      const log = listen(...before, ...openedAs('mov,mp4', 1), ...after);
      expect(log).toMatchObject({ damaged: false, problems: [] });
    });

    test('and however much else is broken before', () => {
      const log = listen(
        ...Array.from({ length: 1000 }, (_, index) => `[aac @ 0x1] [error] ${index}`),
        ...Array.from(
          { length: 9 },
          (_, index) => `[mov,mp4 @ 0x1] [error] stream 2, offset ${index}: partial file`,
        ),
        '[mov,mp4 @ 0x1] [error] stream 1, offset 0x6d21: partial file',
      );
      log.keepOf('mov,mp4', 1);
      expect(log.problems).toEqual(['mov,mp4: stream 1, offset 0x6d21: partial file']);
    });

    test.each([
      ['its container', ['[matroska,webm @ 0x1] [error] Read error'], []],
      ['its own packets', [], ['[in#0/mpegts @ 0x1] [warning] corrupt input packet in stream 1']],
      ['its decoder', [], ['[h264 @ 0x1] [error] error while decoding MB 3 2']],
      ['its file', ['[file @ 0x1] [error] Input/output error'], []],
    ])('but %s', (_, before, after) => {
      expect(listen(...before, ...openedAs('mpegts', 1), ...after).problems).toHaveLength(1);
    });
  });

  test.each([
    '[swscaler @ 0x1] [warning] deprecated pixel format used, make sure you did set range correctly',
    '[h264 @ 0x1] [error] mmco: unref short failure',
    '[info]     title           : [error] in the title',
    'no level at all: error',
    '[verbose] No more output streams to write to, finishing.',
  ])('no damage: %s', (line) => {
    expect(listen(line)).toMatchObject({ damaged: false, problems: [] });
  });

  test('a picture that is too large is noticed', () => {
    const line =
      '[h264 @ 0x1] [IMGUTILS @ 0x7] [error] Picture size 9024x6000 exceeds specified max pixel count 50000000, see …';
    expect(listen(line)).toMatchObject({ damaged: true, tooLarge: true });
  });

  test('the path of the file is not repeated', () => {
    const log = new Diagnostics('file:/tmp/copy.mp4');
    log.line('[error] file:/tmp/copy.mp4: Invalid data found');
    expect(log.problems).toEqual(['Invalid data found']);
  });

  test('only the first few problems are kept, each once and shortened', () => {
    const lines = Array.from(
      { length: 1000 },
      (_, index) => `[x @ 0x1] [error] ${index >> 1} ${'y'.repeat(5000)}`,
    );
    const { problems } = listen(...lines);
    expect(problems.map((problem) => problem.slice(0, 5))).toEqual([
      'x: 0 ',
      'x: 1 ',
      'x: 2 ',
      'x: 3 ',
      'x: 4 ',
    ]);
    expect(Math.max(...problems.map((problem) => problem.length))).toBeLessThanOrEqual(300);
  });
});

type Matrix = [a: number, b: number, c: number, d: number];

/** A display matrix as ffprobe prints it. */
function printed([a, b, c, d]: Matrix): string {
  const row = (place: number, ...values: number[]) =>
    `0000000${place}: ${values.map((value) => String(Math.round(value * 65_536)).padStart(11)).join(' ')}`;
  return ['', row(0, a, b, 0), row(1, c, d, 0), '00000002:            0           0  1073741824', ''].join(
    '\n',
  );
}

describe("ffprobe's answer", () => {
  const described = (answer: object, duration?: string) => describeStream(parse(stream, answer), duration);

  test('a turned picture is described as shown', () => {
    const size = { width: 1920, height: 1080 };
    const turned = (...matrix: Matrix) =>
      described({ ...size, side_data_list: [{}, { displaymatrix: printed(matrix) }] });
    expect(turned(0, 1, -1, 0)).toMatchObject({ width: 1080, height: 1920 });
    expect(turned(-1, 0, 0, -1)).toMatchObject(size);
    // What ffmpeg does not turn by: a tag alone.
    expect(described({ ...size, tags: { rotate: '90' } })).toMatchObject(size);
  });

  test.each<[string, Matrix, string]>([
    ['upright', [1, 0, 0, 1], ''],
    ['mirrored', [-1, 0, 0, 1], 'hflip'],
    ['upside down and mirrored', [1, 0, 0, -1], 'vflip'],
    ['upside down', [-1, 0, 0, -1], 'hflip,vflip'],
    ['turned clockwise', [0, 1, -1, 0], 'transpose=clock'],
    ['turned counterclockwise', [0, -1, 1, 0], 'transpose=cclock'],
    ['with rows as columns', [0, 1, 1, 0], 'transpose=cclock_flip'],
    ['with rows as columns, from the other corner', [0, -1, -1, 0], 'transpose=clock_flip'],
    ['turned by half a degree', [0.99996, 0.0087, -0.0087, 0.99996], ''],
    ['tilted', [Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2], 'rotate=45.000*PI/180'],
    [
      'tilted and mirrored',
      [Math.SQRT1_2, Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2],
      'vflip,rotate=45.000*PI/180',
    ],
    ['larger, and nothing else', [2, 0, 0, 2], ''],
    ['nowhere', [0, 0, 0, 0], ''],
  ])('a picture that is to be shown %s', (_, matrix, filters) => {
    expect(orientationOf(printed(matrix)).filters.join(',')).toBe(filters);
  });

  test('rates and durations come from wherever they are, or are unknown', () => {
    const known = { avg_frame_rate: '30000/1001', tags: { DURATION: '00:01:05.500000000' } };
    expect(described(known)).toMatchObject({ duration: 65.5, estimatedFrames: 1963 });
    expect(described({ r_frame_rate: '25/1' }, '2')).toMatchObject({
      fps: 25,
      duration: 2,
      estimatedFrames: 50,
    });
    expect(described({ nb_frames: '7' }, 'N/A')).toMatchObject({
      fps: 0,
      duration: undefined,
      estimatedFrames: 7,
    });
  });
});

describe('the binary', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mvs-binary-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  let files = 0;

  /** In a folder of its own, because a choice is made once. */
  async function binary(output: string, mode = 0o755, tool = 'ffmpeg'): Promise<string> {
    const own = path.join(folder, String(files++));
    await mkdir(own);
    const file = path.join(own, tool);
    await writeFile(file, `#!/bin/sh\necho "${output}"\n`);
    await chmod(file, mode);
    return file;
  }

  const onPath = (...paths: string[]) => ({
    PATH: paths.map((file) => path.dirname(file)).join(path.delimiter),
  });
  const modern = 'ffmpeg version 6.1.1-3ubuntu5\nconfiguration: --enable-gpl\nlibavutil      58. 29.100';

  test.each([
    ['is too old', 'ffmpeg version 5.1.9-0+deb12u1\nlibavutil      57. 28.100'],
    ['does not run', ''],
    ['has no H.264', `${modern}\nconfiguration: --disable-decoders --enable-decoder=aac`],
    ['has only what its program needs', `${modern}\nconfiguration: --disable-everything`],
  ])('that comes with mvs is used if the one on the PATH %s', async (_, output) => {
    const file = await binary(output);
    expect(await findBinary('ffmpeg', onPath(file))).toMatchObject({ bundled: true, release: '4.1' });
    expect((await findBinary('ffprobe', onPath(file))).path).toContain('@ffprobe-installer');
  });

  test('on the PATH is used if it is a complete ffmpeg of version 6 or later', async () => {
    const old = await binary('ffmpeg version 4.4\nlibavutil      56. 70.100');
    const file = await binary(modern);
    expect(await findBinary('ffmpeg', onPath(old, file))).toMatchObject({ path: file, release: '6.1.1' });
    // Without an ffprobe of its own: with the one that comes with mvs.
    expect((await findBinary('ffprobe', onPath(old, file))).path).toContain('@ffprobe-installer');
  });

  test.each(['snap', 'firejail'])(
    'that %s starts cannot read all files, and is not used',
    async (launcher) => {
      const real = await binary(modern, 0o755, launcher);
      const file = path.join(path.dirname(real), 'ffmpeg');
      await symlink(real, file);
      expect(await findBinary('ffmpeg', onPath(file))).toMatchObject({ bundled: true });
      expect(await findBinary('ffmpeg', { MVS_FFMPEG: file })).toMatchObject({ path: file });
    },
  );

  test('ffprobe is the one beside the ffmpeg that is used', async () => {
    const file = await binary(modern);
    const beside = path.join(path.dirname(file), 'ffprobe');
    await copyFile(file, beside);
    expect(await findBinary('ffprobe', { MVS_FFMPEG: file })).toMatchObject({ path: beside });
    expect(await findBinary('ffprobe', onPath(file))).toMatchObject({ path: beside });
    const elsewhere = await binary(modern, 0o755, 'ffprobe');
    expect((await findBinary('ffprobe', { MVS_FFMPEG: file, MVS_FFPROBE: elsewhere })).path).toBe(elsewhere);
    // Not beside the bundled ffmpeg.
    expect((await findBinary('ffprobe', onPath(elsewhere))).path).toContain('@ffprobe-installer');
  });

  test('is made executable if npm was not allowed to do that', async () => {
    const file = await binary('', 0o644);
    expect(await madeExecutable(file)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o755);
    expect(await madeExecutable(`${file}-missing`)).toBe(false);
  });

  test('of the environment goes first, old or new', async () => {
    const later = await binary('libavutil      60. 26.102');
    expect(await findBinary('ffmpeg', { MVS_FFMPEG: later })).toMatchObject({
      path: later,
      fpsMode: 'fps_mode',
      crops: true,
    });
    const old = await binary('libavutil      56. 24.101');
    const found = await findBinary('ffmpeg', { MVS_FFMPEG: old, ...onPath(later) });
    expect(found).toMatchObject({ path: old, fpsMode: 'vsync', crops: false });
  });

  test('that cannot be executed, or does not run, is an error that names it', async () => {
    const file = await binary('', 0o644);
    const wanted = {
      code: 'EXTRACTOR_FAILED',
      exitCode: 69,
      message: expect.stringContaining(file) as string,
    };
    await expect(findBinary('ffmpeg', { MVS_FFMPEG: file })).rejects.toMatchObject(wanted);
    await writeFile(file, '#!/bin/sh\nexit 3\n');
    await chmod(file, 0o755);
    await expect(findBinary('ffmpeg', { MVS_FFMPEG: file })).rejects.toMatchObject(wanted);
  });
});
