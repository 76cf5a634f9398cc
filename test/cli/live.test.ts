import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, afterAll, expect, it, vi } from 'vitest';
import { lastText } from '../../src/core/stream/message.js';
import { numbered } from '../integration/extract/extract-clips.js';
import { growing, hlsServer, makeSegments, namesOfLoopback } from '../support/live.js';
import { browsed, openStream } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvs-live-'));
  await makeSegments(folder, numbered({ frames: 300 }));
});
afterAll(() => rm(folder, { recursive: true }));

it('a live source ends in good order on a signal, and its secrets are kept', async () => {
  const served = await hlsServer(folder, growing(), 'me:s3cret');
  const url = served.url.replace('127.0.0.1', 'localhost');
  const { mvs, binary } = workspace();
  await mvs('topic:create');
  const address = `${url.replace('//', '//me:s3cret@')}?token=s3cret`;
  const running = binary('produce', address, '--json', '--verbose');
  await vi.waitFor(
    async () => {
      expect(jsonOf(await mvs('lag', '--json'))).not.toMatchObject({ total: 0 });
    },
    { timeout: 30_000 },
  );
  const { stdout: title } = await execa('ps', ['-o', 'args=', '-p', `${running.pid ?? 0}`]);
  running.kill('SIGINT');
  const { exitCode, stdout, stderr } = await running;
  expect(exitCode).toBe(0);
  const { videos } = jsonOf({ stdout }) as { videos: { framesDecoded: number; framesPublished: number }[] };
  expect(videos).toMatchObject([
    { video: expect.stringMatching(/^lobby-\d{8}T\d{6}Z$/) as string, source: url, damaged: false },
  ]);
  expect(videos[0]?.framesDecoded).toBe((videos[0]?.framesPublished ?? 0) * 3);
  for (const text of [stdout, stderr, title]) expect(text).not.toContain('s3cret');
});

it('live sources are read at the same time, however few --jobs there are', async () => {
  const { topic, mvs, binary } = workspace();
  await mvs('topic:create');
  const stream = await openStream(topic);
  const cameras = await Promise.all([1, 2, 3].map(() => hlsServer(folder, growing())));
  const hosts = ['127.0.0.1', ...(await namesOfLoopback())];
  const urls = cameras.map(({ url }, n) => url.replace('127.0.0.1', hosts[n] ?? ''));
  const names = ['a', 'b', 'c'].flatMap((name) => ['--name', name]);
  const running = binary('produce', ...urls, ...names, '--jobs', '1', '--json');
  await vi.waitFor(
    async () => {
      const published = await browsed(stream, 'nobody');
      const videos = new Set(published.map(({ message }) => lastText(message.headers, 'video_name')));
      expect([...videos].toSorted()).toEqual(['a', 'b', 'c']);
    },
    { timeout: 60_000, interval: 500 },
  );
  running.kill('SIGINT');
  const { exitCode, stdout } = await running;
  expect(jsonOf({ stdout })).toMatchObject({ videos: [{ video: 'a' }, { video: 'b' }, { video: 'c' }] });
  expect(exitCode).toBe(0);
});
