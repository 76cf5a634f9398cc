import { copyFile, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { jsonOf, workspace, type Running } from '../support/mvs.js';

const videos = fileURLToPath(new URL('../../videos', import.meta.url));

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-watch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a command has said so far on stderr. */
function listener(running: Running): { said: string } {
  const heard = { said: '' };
  running.stderr.on('data', (chunk: Buffer) => (heard.said += chunk.toString()));
  return heard;
}

const shortly = { timeout: 30_000, interval: 50 };

describe('produce --watch', () => {
  it('takes each video of a folder once, when it is complete, reports bad ones and ends with 0 on a signal', async () => {
    const { mvs, binary } = workspace();
    await mvs('topic:create');
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'in'));
    const into = (name: string): string => join(folder, 'in', name);
    await copyFile(join(videos, 'cat.webm'), into('cat.webm'));
    const running = binary(
      ...[
        'produce',
        '--watch',
        join(folder, 'in'),
        '--every',
        '30',
        '--settle',
        '1',
        '--json',
        '--no-progress',
      ],
    );
    const heard = listener(running);
    await vi.waitFor(() => {
      expect(heard.said).toContain('"cat" is published (frames: 3)');
    }, shortly);

    await writeFile(into('bad.mp4'), 'not a video');
    await writeFile(into('cat.mp4'), 'of the same name');
    await writeFile(into('notes.txt'), 'not meant');
    // A recorder that is slow, and then renames what it wrote elsewhere.
    const content = await readFile(join(videos, 'rocket.webm'));
    await using slow = await open(into('rocket.webm'), 'w');
    await slow.write(content.subarray(0, 20_000));
    await copyFile(join(videos, 'tripod.webm'), join(folder, 'tripod.part'));
    await rename(join(folder, 'tripod.part'), into('tripod.webm'));
    await vi.waitFor(() => {
      expect(heard.said).toMatch(/bad\.mp4" is not a video/);
      expect(heard.said).toMatch(/cat\.webm" and ".*cat\.mp4" would all be the video "cat"/);
      expect(heard.said).toContain('"tripod" is published (frames: 2)');
    }, shortly);
    expect(heard.said).not.toContain('rocket');
    await slow.write(content.subarray(20_000));
    await slow.close();
    await vi.waitFor(() => {
      expect(heard.said).toContain('"rocket" is published (frames: 2)');
    }, shortly);

    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(0);
    const report = jsonOf({ stdout }) as { videos: { video: string }[]; failed: { code: string }[] };
    expect(report.videos.map(({ video }) => video)).toEqual(['cat', 'tripod', 'rocket']);
    expect(report.failed.map(({ code }) => code).sort()).toEqual(['NAME_TAKEN', 'NOT_A_VIDEO']);
  });

  it('brings what is in work to its end when it is told to stop', async () => {
    const { mvs, binary } = workspace();
    await mvs('topic:create');
    const folder = await temporaryFolder();
    await copyFile(join(videos, 'rocket.webm'), join(folder, 'rocket.webm'));
    const running = binary('produce', '--watch', folder, '--settle', '0', '--realtime', '--json');
    await vi.waitFor(async () => {
      expect(jsonOf(await mvs('lag', '--json'))).not.toMatchObject({ total: 0 });
    }, shortly);
    running.kill('SIGTERM');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(0);
    expect(jsonOf({ stdout })).toMatchObject({
      videos: [{ video: 'rocket', framesPublished: 23 }],
      failed: [],
    });
  });

  it('publishes what met a missing topic once it is there again, and reports what waits at the end', async () => {
    const { mvs, binary, topic } = workspace();
    await mvs('topic:create');
    const folder = await temporaryFolder();
    const add = (name: string): Promise<void> => copyFile(join(videos, name), join(folder, name));
    await add('cat.webm');
    const running = binary('produce', '--watch', folder, '--every', '30', '--settle', '0', '--json');
    const heard = listener(running);
    const says = (text: string): Promise<void> =>
      vi.waitFor(() => {
        expect(heard.said).toContain(text);
      }, shortly);
    const warning = `the topic ${topic} does not exist; files are retried until it works`;
    const warned = (times: number): Promise<void> =>
      vi.waitFor(() => {
        expect(heard.said.split(warning)).toHaveLength(times + 1);
      }, shortly);
    await says('"cat" is published (frames: 3)');

    await mvs('topic:delete', topic, '--force');
    await add('rocket.webm');
    await warned(1);
    // Another process needs longer than the first of its attempts.
    await mvs('topic:create');
    await says('"rocket" is published (frames: 2)');
    await mvs('topic:delete', topic, '--force');
    await add('tripod.webm');
    await warned(2);
    running.kill('SIGINT');
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(0);
    const report = jsonOf({ stdout }) as { videos: { video: string }[]; failed: object[] };
    expect(report.videos.map(({ video }) => video)).toEqual(['cat', 'rocket']);
    expect(report.failed).toMatchObject([{ video: 'tripod', code: 'TOPIC_MISSING', framesPublished: 0 }]);
    expect(heard.said).toMatch(/tripod\.webm" is not published: the topic/);
    await warned(2);
  });

  it('needs a folder that is there, and nothing else', async () => {
    const { mvs } = workspace();
    await mvs('topic:create');
    const outcomes = await Promise.all([
      mvs('produce', '--watch', '/no/such/folder'),
      mvs('produce', '--watch', '.', 'clip.mp4'),
      mvs('produce', '--watch', '.', '--name', 'x'),
      mvs('produce'),
    ]);
    expect(outcomes.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [66, expect.stringMatching(/^error: "\/no\/such\/folder" does not exist/)],
      [2, expect.stringMatching(/^error: inputs and --watch cannot be used together/)],
      [2, expect.stringMatching(/--name/)],
      [2, expect.stringMatching(/^error: there is nothing to produce\n.*--watch/)],
    ]);
  });
});
