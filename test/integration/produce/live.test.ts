import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { silentLog } from '../../../src/core/base/log.js';
import type { SamplingMethod } from '../../../src/core/frames/sampling.js';
import { record, shown } from '../../support/record.js';
import { growing, hlsServer, makeSegments, playlistOf, rtspServer } from '../../support/live.js';
import { webServer } from '../../support/web.js';
import { multiples, numbered } from '../extract/extract-clips.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mvs-live-'));
  await makeSegments(folder, numbered({ frames: 300 }));
});
afterAll(() => rm(folder, { recursive: true }));

describe('an HLS playlist', () => {
  it('that grows is read to its end, each frame once', async () => {
    // Three segments at first, then one more with each request.
    const { url } = await hlsServer(folder, (request) => {
      const to = Math.min(8, Math.max(3, request));
      return playlistOf(Math.max(0, to - 4), to, to === 8);
    });
    const { frames, totals } = await record(url);
    expect(totals).toEqual({ framesDecoded: 80, framesExtracted: 26, damaged: false, problems: [] });
    expect(frames.map(({ frame }) => frame)).toEqual(multiples(3, 80));
    expect(await shown(frames)).toEqual(multiples(3, 80));
    expect(frames[3]?.time).toBeCloseTo(1.1, 2);
  });

  it('that is lost is found again: numbers and times go on', async () => {
    const told: string[] = [];
    const log = { ...silentLog, warn: (message: string) => told.push(message) };
    let refused = 0;
    // A short outage ffmpeg rides out by itself: this one lasts until we have missed it, and a little longer.
    const { url } = await hlsServer(folder, (request) => {
      if (request <= 3) return playlistOf(0, 3);
      if (told.length > 0 && ++refused > 1) return playlistOf(4, 8, true);
      return undefined;
    });
    const { frames, totals } = await record(url, { log });
    expect(told).toEqual([
      expect.stringMatching(/lobby\/index\.m3u8": connection lost \(it ended\); reconnecting/),
    ]);
    expect(totals.damaged).toBe(false);
    expect(frames.map(({ frame }) => frame)).toEqual(multiples(3, totals.framesDecoded));
    const times = frames.map(({ time }) => time);
    expect(times.every((time, n) => n === 0 || time > (times[n - 1] ?? 0))).toBe(true);
    const pictures = await shown(frames);
    expect(pictures.slice(0, 10)).toEqual(multiples(3, 30));
    expect(pictures.at(-1)).toBeGreaterThan(70);
  });

  it('that is not found again is put down as damaged', async () => {
    const { url } = await hlsServer(folder, (request) => (request <= 3 ? playlistOf(0, 3) : undefined));
    const { totals } = await record(url, { reconnectAttempts: 2 });
    expect(totals).toMatchObject({ framesDecoded: 30, framesExtracted: 10, damaged: true });
    expect(totals.problems[0]).toContain('not restored in 2 attempts');
  });

  it('ends in good order with the signal and with --max-duration, though nothing ends it', async () => {
    const camera = () => hlsServer(folder, growing());
    const stop = new AbortController();
    const stopped = await record((await camera()).url, { signal: stop.signal }, (frames) => {
      if (frames === 5) stop.abort(new MvsError('INTERRUPTED', 'enough'));
    });
    expect(stopped.totals).toMatchObject({ framesDecoded: 15, framesExtracted: 5, damaged: false });
    const limited = await record((await camera()).url, { maxDurationMs: 3000 });
    expect(limited.totals).toMatchObject({ framesDecoded: limited.frames.length * 3, damaged: false });
  });

  it('of a recording that is damaged is told as damaged, and a sound one is not', async () => {
    const sound = await hlsServer(folder, () => `${playlistOf(0, 5, true).trimEnd()} \n`);
    expect((await record(sound.url)).totals).toMatchObject({
      framesDecoded: 50,
      damaged: false,
      problems: [],
    });
    const content = await readFile(path.join(folder, '2.ts'));
    // What packets carry, and not their heads: 188 bytes each, the first two are tables.
    for (let packet = 2; packet < 7; packet++) content.fill(0x55, packet * 188 + 90, (packet + 1) * 188);
    await writeFile(path.join(folder, 'bad.ts'), content);
    for (const [segment, problem] of [
      ['missing.ts', /Failed to open segment 2/],
      ['bad.ts', /corrupt|concealing|error/],
    ] as const) {
      const { url } = await hlsServer(folder, () => playlistOf(0, 5, true).replace('2.ts', segment));
      const { totals } = await record(url);
      expect(totals).toMatchObject({ damaged: true });
      expect(totals.framesDecoded).toBeGreaterThanOrEqual(40);
      expect(totals.problems.join()).toMatch(problem);
    }
  });

  it('is read by every way of choosing frames', async () => {
    const camera = async (samplingMethod: SamplingMethod) => {
      const { url } = await hlsServer(folder, (request) => {
        const to = Math.min(8, Math.max(3, request));
        return playlistOf(Math.max(0, to - 4), to, to === 8);
      });
      const { frames, totals } = await record(url, { samplingMethod });
      expect(totals).toMatchObject({ framesExtracted: frames.length, damaged: false });
      expect(totals.framesDecoded).toBeGreaterThanOrEqual(50);
      return { numbers: frames.map(({ frame }) => frame), decoded: totals.framesDecoded };
    };
    const eachNth = (n: number, decoded: number): number[] =>
      multiples(n, decoded).map((last) => last - n + 1);
    // A key frame each second, and ten frames.
    const [keyframes, fps, scene] = await Promise.all([
      camera({ keyframes: true }),
      camera({ fps: 2 }),
      camera({ scene: 1 }),
    ]);
    expect(keyframes.numbers).toEqual(eachNth(10, keyframes.decoded));
    expect(fps.numbers).toEqual(eachNth(5, fps.decoded));
    expect(scene.numbers).toEqual([1]);
  });

  it('of a camera ends in good order when its video can take no more frames', async () => {
    const told: string[] = [];
    const log = { ...silentLog, warn: (message: string) => told.push(message) };
    const { url } = await hlsServer(folder, growing());
    let taken = 0;
    const { frames, totals } = await record(
      url,
      { log, samplingMethod: { fps: 5 }, isFull: () => taken === 5 },
      (frames) => (taken = frames),
    );
    expect(frames).toHaveLength(5);
    expect(totals).toMatchObject({ framesExtracted: 5, framesDecoded: frames[4]?.frame, damaged: false });
    expect(told).toEqual([expect.stringContaining('the video reached its maximum length')]);
  });

  it('leads ffmpeg to no file of this machine', async () => {
    // Where the web server does not look.
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'mvs-live-'));
    onTestFinished(() => rm(elsewhere, { recursive: true }));
    const file = path.join(elsewhere, 'private.ts');
    await copyFile(path.join(folder, '0.ts'), file);
    for (const segment of [
      `file://${file}`,
      `file:${file}`,
      file,
      `concat:${file}`,
      `subfile,,start,0,end,0,,:${file}`,
    ]) {
      const playlist = playlistOf(0, 1, true).replace('0.ts', segment);
      const { url } = await hlsServer(folder, () => playlist);
      await expect(record(url), segment).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    }
  });

  it.each(['http://[x', 'http://me:s3cret@[x/', 'https://', 'rtsp://127.0.0.1:1/x', 'file:///etc/passwd'])(
    'whose variant is %s is told by its name',
    async (variant) => {
      const { origin } = await webServer((_, response) =>
        response.end(`#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${variant}\n`),
      );
      const error: unknown = await record(`${origin}/lobby.m3u8`).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'NOT_A_VIDEO' });
      expect(String(error)).toContain(`"${origin}/lobby.m3u8"`);
      expect(String(error)).not.toContain('s3cret');
    },
  );

  it('that is none, or is not there, says so at once', async () => {
    const { origin } = await webServer((request, response) => {
      if (request.url?.startsWith('/none')) response.writeHead(404);
      response.end('hello');
    });
    await expect(record(`${origin}/none.m3u8?s3cret`)).rejects.toMatchObject({ code: 'NO_INPUT' });
    await expect(record(`${origin}/x.m3u8`)).rejects.toMatchObject({ code: 'NOT_A_VIDEO' });
  });
});

describe('an RTSP camera', () => {
  it('is read to the end of the connection', async () => {
    const { url, seen } = await rtspServer(numbered({ frames: 40 }));
    const { frames, totals } = await record(url, { reconnectAttempts: 0 });
    expect(totals.damaged).toBe(false);
    expect(frames.map(({ frame }) => frame)).toEqual(multiples(3, totals.framesDecoded));
    expect(totals.framesDecoded).toBeGreaterThan(30);
    const pictures = await shown(frames);
    expect(pictures.every((number, n) => n === 0 || number === (pictures[n - 1] ?? 0) + 3)).toBe(true);
    expect(seen.some((line) => line.startsWith('PLAY'))).toBe(true);
  });

  it('that hangs up is called again', async () => {
    const { url } = await rtspServer(numbered({ frames: 20 }));
    const stop = new AbortController();
    // A connection gives at most six.
    const { frames, totals } = await record(url, { signal: stop.signal }, (count) => {
      if (count === 9) stop.abort(new MvsError('INTERRUPTED', 'enough'));
    });
    expect(totals).toMatchObject({ damaged: false });
    expect(frames.map(({ frame }) => frame)).toEqual(multiples(3, totals.framesDecoded));
    const pictures = await shown(frames);
    expect(pictures.some((number, n) => number < (pictures[n - 1] ?? 0))).toBe(true);
  });

  it('that answers and gives no frame that is chosen is asked with growing pauses, and has failed', async () => {
    const pauses: string[] = [];
    const debug = (message: string): void => {
      pauses.push(...(/^attempt .*/.exec(message) ?? []));
    };
    const log = { ...silentLog, debug };
    const { url, seen } = await rtspServer(numbered({ frames: 5 }));
    const samplingMethod = { every: 25 };
    await expect(record(url, { samplingMethod, log, reconnectAttempts: 3 })).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      message: expect.stringMatching(/^No frame of ".*" was chosen before it ended$/) as string,
    });
    expect(pauses).toEqual(
      ['1 of 3 to reconnect, in 0.5 s', '2 of 3 to reconnect, in 1 s', '3 of 3 to reconnect, in 2 s'].map(
        (attempt) => `attempt ${attempt}`,
      ),
    );
    // Four times for ffmpeg, and as often for ffprobe.
    expect(seen.filter((line) => line.startsWith('PLAY')).length).toBeLessThanOrEqual(8);
    // Without further attempts its end is a regular one, and it is known how many frames there were to choose from.
    const { totals } = await record(url, { samplingMethod, reconnectAttempts: 0 });
    expect(totals).toMatchObject({ framesDecoded: 5, framesExtracted: 0 });
  });

  it('that is not there says so at once', async () => {
    const error: unknown = await record('rtsp://me:s3cret@127.0.0.1:1/door').catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'SOURCE_UNAVAILABLE' });
    expect(String(error)).toMatch(/"rtsp:\/\/127\.0\.0\.1:1\/door" cannot be read \(.*Connection refused\)$/);
    expect(String(error)).not.toContain('s3cret');
  });
});
