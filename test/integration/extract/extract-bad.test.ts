import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { fingerprint } from '../../../src/core/extract/fingerprint.js';
import { probeVideo } from '../../../src/core/extract/probe.js';
import { webServer } from '../../support/web.js';
import { extractAll, make, multiples, numbered, sourceOf, temporaryFolder } from './extract-clips.js';

const at = temporaryFolder();
let whole = '';
beforeAll(async () => {
  whole = await make(at('whole.mkv'), ...numbered({ frames: 60 }), '-c:v', 'libx264', '-g', '10');
});

async function written(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

const extracting = (file: string) => extractAll(file, { every: 3 });

describe('what is not a video says so', () => {
  test('no bytes', async () => {
    const file = await written('zero.mp4', '');
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /is empty/ });
  });

  test('text under the name of a video', async () => {
    const file = await written('text.mp4', 'Dear diary,\n'.repeat(20));
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /is not a video/ });
  });

  test('text is not drawn as a film', async () => {
    const file = await written('notes.txt', 'Dear diary,\n'.repeat(20));
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });

  test('sound only', async () => {
    const file = await make(at('audio.webm'), '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'libopus');
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /no video stream/ });
  });

  test('sound with a cover', async () => {
    const cover = await make(at('cover.png'), ...numbered({ frames: 1 }), '-frames:v', '1');
    const maps = ['-map', '0', '-map', '1', '-c:v', 'png', '-disposition:v', 'attached_pic'];
    const file = await make(at('song.mp3'), '-f', 'lavfi', '-i', 'sine=d=1', '-i', cover, ...maps);
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });

  test('encrypted', async () => {
    const key = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', '0'.repeat(31) + '1'];
    const args = ['-i', whole, '-c', 'copy', ...key, '-encryption_kid', '2'.repeat(32)];
    const file = await make(at('encrypted.mp4'), ...args);
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /is encrypted/ });
  });

  test('a video without a single frame that decodes', async () => {
    const { buffer } = Buffer.from(await readFile(whole));
    const bytes = Buffer.from(buffer);
    const cluster = bytes.indexOf(Buffer.from([0x1f, 0x43, 0xb6, 0x75]));
    const file = await written('header-only.mkv', bytes.subarray(0, cluster));
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });
});

describe('pictures that are too large', () => {
  const plain = (size: string) => ['-f', 'lavfi', '-i', `color=s=${size}:r=5:d=0.2`, '-c:v', 'libx264'];

  test.each([
    [
      'large.mp4',
      '9000x6000',
      /large\.mp4" has frames of 9000×6000 pixels, more than the limit of 50 million/,
    ],
    ['huge.mp4', '12000x6000', /huge\.mp4" has frames.*, more than the limit of 50 million pixels/],
    ['huge.h264', '12000x6000', /huge\.h264" has frames.*, more than the limit of 50 million pixels/],
  ])('are not read: %s', async (name, size, message) => {
    const file = await make(at(name), ...plain(size), '-preset', 'ultrafast');
    await expect(extracting(file)).rejects.toMatchObject({ code: 'FRAME_TOO_LARGE', exitCode: 65, message });
  });

  test('are damage where a video grows in mid-stream', async () => {
    const small = await make(at('small.h264'), ...plain('320x64'), '-frames:v', '1');
    const huge = await make(at('grown.h264'), ...plain('12000x6000'), '-preset', 'ultrafast');
    const file = await written('grows.h264', Buffer.concat([await readFile(small), await readFile(huge)]));
    const { frames, totals } = await extractAll(file, { every: 1 });
    expect(frames).toHaveLength(1);
    expect(totals).toMatchObject({ framesDecoded: 1, damaged: true });
    expect(totals.problems[0]).toMatch(/exceeds specified max pixel count/);
  });

  test('are read up to the limit', async () => {
    const file = await make(at('largest.mp4'), ...plain('8192x6100'), '-preset', 'ultrafast');
    expect((await extractAll(file, { every: 1 }, { width: 320 })).totals).toMatchObject({
      framesDecoded: 1,
      damaged: false,
    });
  });
});

describe('a file never makes ffmpeg read another one', () => {
  const hls = (target: string) => `#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n${target}\n#EXT-X-ENDLIST\n`;

  test.each(['trick.mp4', 'trick.m3u8'])('a playlist named %s', async (name) => {
    const target = await make(at('secret.ts'), '-i', whole, '-c', 'copy');
    const file = await written(name, hls(path.basename(target)));
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /"hls/ });
  });

  test('a concat script', async () => {
    const file = await written('concat.mp4', `ffconcat version 1.0\nfile ${path.basename(whole)}\n`);
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /"concat"/ });
  });

  test.each([
    ['playlist.m3u8', (url: string) => hls(url)],
    ['playlist.mp4', (url: string) => hls(url)],
    ['script.ffconcat', (url: string) => `ffconcat version 1.0\nfile ${url}\n`],
    [
      'session.sdp',
      (url: string) =>
        `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:${url}\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
    ],
    [
      'manifest.mpd',
      (url: string) =>
        `<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation id="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
    ],
  ])('nor ask a server, by %s', async (name, contentFor) => {
    const { origin, requests } = await webServer((_, response) => response.end());
    const file = await written(name, contentFor(`${origin}/secret.ts`));
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
    const probe = await probeVideo(sourceOf(whole));
    await expect(extractAll(file, { every: 3 }, { probe })).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
    expect(requests).toEqual([]);
  });

  test.each([
    'http://127.0.0.1:PORT/x.mp4',
    'http:x.mp4',
    'concat:whole.mkv|whole.mkv',
    'subfile,,start,0,end,9,,:whole.mkv',
    '-i',
  ])('by its name alone: %s', async (pattern) => {
    const { origin, requests } = await webServer((_, response) => response.end());
    const name = pattern.replace('http://127.0.0.1:PORT', origin);
    const before = process.cwd();
    process.chdir(at(''));
    try {
      await expect(extracting(name)).rejects.toMatchObject({ code: 'NO_INPUT', message: /does not exist/ });
      const probe = await probeVideo(sourceOf(whole));
      const unprobed = extractAll(name, { every: 3 }, { probe });
      await expect(unprobed).rejects.toMatchObject({ code: 'NOT_A_VIDEO', message: /No such file/ });
    } finally {
      process.chdir(before);
    }
    expect(requests).toEqual([]);
  });

  test('a name that is a pattern of pictures', async () => {
    await make(at('still1.png'), ...numbered({ frames: 1 }), '-frames:v', '1');
    const file = await written('still%d.png', await readFile(at('still1.png')));
    await expect(extracting(file)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });

  test('nor does ffmpeg itself, where nobody asked ffprobe first', async () => {
    const file = await written('unprobed.mp4', `ffconcat version 1.0\nfile ${path.basename(whole)}\n`);
    const probe = await probeVideo(sourceOf(whole));
    await expect(extractAll(file, { every: 3 }, { probe })).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });
});

describe('what can be read of a damaged file comes out, and it is called damaged', () => {
  test.each([
    ['mkv', 'copy'],
    ['mp4', 'copy'],
    ['avi', 'mpeg4'],
    ['webm', 'libvpx'],
  ])('cut off: %s', async (container, encoder) => {
    const codec = ['-c:v', encoder];
    const intact = await make(at(`intact.${container}`), '-i', whole, ...codec, '-movflags', 'faststart');
    const bytes = await readFile(intact);
    const file = await written(`cut.${container}`, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
    const { frames, totals } = await extracting(file);
    expect(totals.damaged).toBe(true);
    expect(totals.problems.length).toBeGreaterThan(0);
    expect(totals.framesDecoded).toBeGreaterThan(3);
    expect(totals.framesDecoded).toBeLessThan(60);
    expect(frames.map((frame) => frame.frame)).toEqual(multiples(3, totals.framesDecoded));
  });

  test('bits flipped', async () => {
    const bytes = await readFile(whole);
    for (let at = 3000; at < bytes.length; at += 501) bytes[at] = (bytes[at] ?? 0) ^ 0x10;
    const { frames, totals } = await extracting(await written('flipped.mkv', bytes));
    expect(totals.damaged).toBe(true);
    expect(totals.problems.length).toBeLessThanOrEqual(5);
    expect(frames.map((frame) => frame.frame)).toEqual(multiples(3, totals.framesDecoded));
  });
});

describe('files that cannot be read', () => {
  test('a missing one', async () => {
    const missing = sourceOf(at('missing.mp4'));
    await expect(probeVideo(missing)).rejects.toMatchObject({ code: 'NO_INPUT', message: /does not exist/ });
    await expect(fingerprint(missing)).rejects.toMatchObject({ code: 'NO_INPUT' });
  });

  test('a folder', async () => {
    await expect(probeVideo(sourceOf(at('')))).rejects.toMatchObject({
      code: 'NO_INPUT',
      message: /regular file/,
    });
    await expect(fingerprint(sourceOf(at('')))).rejects.toMatchObject({ code: 'NO_INPUT' });
  });

  test.skipIf(process.getuid?.() !== 0)('one without permission', async () => {
    const file = await written('private.mp4', await readFile(whole));
    await Promise.all([chmod(file, 0), chmod(at(''), 0o755)]);
    process.seteuid?.(65_534);
    try {
      const refused = { code: 'NO_INPUT', message: /permission denied/ };
      await expect(probeVideo(sourceOf(file))).rejects.toMatchObject(refused);
      await expect(fingerprint(sourceOf(file))).rejects.toMatchObject(refused);
    } finally {
      process.seteuid?.(0);
    }
  });
});

test('a fingerprint is the SHA-256 of the content', async () => {
  const file = await written('abc', 'abc');
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(await fingerprint(sourceOf(file))).toBe(sha256);
});
