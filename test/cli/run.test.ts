import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

const shortly = { timeout: 60_000, interval: 100 };

describe('mvs run', () => {
  it('that is stopped before a frame of a video is stored reports what it did, and exits with 130', async () => {
    const { mvs } = workspace();
    // Nobody stores a batch that never gets full.
    const running = mvs('run', clip, '--batch', '1024', '--linger', '60000', '--threads', '1', '--json');
    await vi.waitFor(async () => {
      const { stdout } = await mvs('lag', '--json');
      // 33 frames and their end.
      expect(JSON.parse(stdout)).toMatchObject({ total: 34 });
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
});
