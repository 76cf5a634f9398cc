import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { numbered } from '../integration/extract/extract-clips.js';
import { growing, hlsServer, makeSegments, playlistOf } from '../support/live.js';
import { originOf, valuesAt } from '../support/metrics.js';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

const shortly = { timeout: 60_000, interval: 100 };

describe('mvs run', () => {
  it('that is stopped before a frame of a video is stored reports what it did, and exits with 130', async () => {
    const { binary } = workspace();
    // Nobody stores a batch that never gets full.
    const waiting = ['--batch', '1024', '--linger', '60000', '--threads', '1'];
    const running = binary('run', clip, ...waiting, '--metrics', '0', '--json');
    const origin = await originOf(running);
    // Its end is in the stream before that is confirmed; only then the video counts as published.
    await vi.waitFor(async () => {
      expect(await valuesAt(origin)).toMatchObject({ 'mvs_videos_completed_total{source="clean"}': 1 });
    }, shortly);
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(jsonOf({ stdout })).toMatchObject({
      produced: { videos: [{ video: 'cat', framesPublished: 33 }] },
      consumed: { stored: 0 },
      videos: [],
    });
  });

  it('that has nothing to read says why of each input, and starts nothing', async () => {
    const { mvs } = workspace({ MVS_BROKERS: '127.0.0.1:1' });
    const { exitCode, stderr } = await mvs('run', '/no/such.mp4', '/nor/this.mp4');
    expect(exitCode).toBe(66);
    expect(stderr).toMatch(/"\/no\/such\.mp4" does not exist[^]*"\/nor\/this\.mp4" does not exist/);
    const inJson = await mvs('run', '/no/such.mp4', '--json');
    expect(inJson.exitCode).toBe(66);
    expect(jsonOf(inJson)).toMatchObject({
      produced: { failed: [{ code: 'NO_INPUT' }] },
      consumed: null,
      videos: [],
    });
  });

  it('reads a live source to its end, and answers what is seen in it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mvs-live-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await makeSegments(folder, numbered({ frames: 300 }));
    const { mvs, binary } = workspace();
    const ending = await hlsServer(folder, (request) => {
      const to = Math.min(8, Math.max(3, request));
      return playlistOf(Math.max(0, to - 4), to, to === 8);
    });
    const ran = await mvs('run', ending.url, '--name', 'ending', '--fps', '1', '--threads', '1', '--json');
    expect(ran.exitCode).toBe(0);
    expect(jsonOf(ran)).toMatchObject({ videos: [{ video: 'ending', complete: true, missing: 0 }] });

    // Until it is stopped: what was stored is answered, and perhaps not all of it is.
    const camera = await hlsServer(folder, growing());
    const running = binary('run', camera.url, '--name', 'camera', '--every', '1', '--batch', '4', '--json');
    await vi.waitFor(async () => {
      const { stdout } = await mvs('query', 'camera', '--json');
      expect((JSON.parse(stdout) as { stored?: number }).stored).toBeGreaterThan(0);
    }, shortly);
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    const report = jsonOf({ stdout }) as {
      produced: { videos: { video: string; framesPublished: number; damaged: boolean }[] };
      videos: { video: string; stored: number }[];
    };
    expect(report.produced.videos).toMatchObject([{ video: 'camera', damaged: false }]);
    expect(report.videos[0]?.stored).toBeGreaterThan(0);
    expect(report.videos[0]?.stored).toBeLessThanOrEqual(report.produced.videos[0]?.framesPublished ?? 0);
    // The rest is still in the topic.
    const rest = jsonOf(await mvs('consume', '--until-drained', '--threads', '1', '--json'));
    expect(rest).toMatchObject({ duplicates: 0 });
    expect(jsonOf(await mvs('query', 'camera', '--json'))).toMatchObject({ complete: true });
  });
});
