import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';
import { webServer } from '../support/web.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

/** Where temporary files go, and what is there. */
async function temporary(): Promise<{ TMPDIR: string; left: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-url-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { TMPDIR: folder, left: () => readdir(folder) };
}

describe('a video behind a URL', () => {
  it('is read like a file, and its secrets are kept', async () => {
    const { TMPDIR, left } = await temporary();
    const { env, mvs } = workspace({ TMPDIR });
    const content = await readFile(clip);
    const { origin, requests } = await webServer((_, response) => response.end(content));
    const url = `${origin.replace('//', '//me:s3cret@')}/clips/cat.webm?signature=s3cret#s3cret`;
    await mvs('topic:create');
    const produced = await mvs('produce', url, '--every', '30', '--json', '--verbose');
    expect(produced.exitCode).toBe(0);
    expect(jsonOf(produced)).toMatchObject({
      videos: [{ video: 'cat', source: `${origin}/clips/cat.webm` }],
    });
    expect(requests).toHaveLength(1);

    const ran = await mvs('run', url, '--name', 'puss', '--every', '30', '--threads', '1', '--verbose');
    expect(ran.stdout).toMatch(/^puss .* yes /m);
    const client = new MongoClient(env.MVS_STORE ?? '');
    const kept = await client.db().collection('mvs.videos').find().toArray();
    await client.close();
    expect(JSON.stringify(kept)).toContain(`${origin}/clips/cat.webm`);
    for (const text of [produced.stdout, produced.stderr, ran.stdout, ran.stderr, JSON.stringify(kept)])
      expect(text).not.toContain('s3cret');
    expect(await left()).toEqual([]);
  });

  it('leaves no temporary file when it is interrupted, downloading or reading', async () => {
    const { TMPDIR, left } = await temporary();
    const { mvs, binary } = workspace({ TMPDIR });
    const content = await readFile(clip);
    let whole = false;
    const { origin, requests } = await webServer((_, response) => {
      if (whole) response.end(content);
      else response.write(content.subarray(0, 1000));
    });
    await mvs('topic:create');
    const downloading = binary('produce', `${origin.replace('//', '//me:s3cret@')}/cat.webm?s3cret`);
    await vi.waitFor(async () => {
      expect(requests).toHaveLength(1);
      expect(await left()).toHaveLength(1);
    }, 60_000);
    const { stdout: title } = await execa('ps', ['-o', 'args=', '-p', `${downloading.pid ?? 0}`]);
    expect(title).toMatch(/ produce http:\/\/\*\*\*@127\.0\.0\.1:\d+\/cat\.webm\?\*\*\*$/);
    downloading.kill('SIGINT');
    const { exitCode, stderr } = await downloading;
    expect([exitCode, stderr]).toEqual([
      130,
      expect.stringMatching(/^info: finishing .*\nerror: stopped by SIGINT\n {2}Start again/),
    ]);
    expect(await left()).toEqual([]);

    whole = true;
    const reading = binary('produce', `${origin}/cat.webm`, '--realtime');
    await vi.waitFor(async () => {
      expect(jsonOf(await mvs('lag', '--json'))).not.toMatchObject({ total: 0 });
    }, 60_000);
    expect(await left()).toHaveLength(1);
    reading.kill('SIGTERM');
    expect(await reading).toMatchObject({ exitCode: 130 });
    expect(await left()).toEqual([]);
  });

  it('that has no room on the disk says so, and leaves nothing', async () => {
    const { TMPDIR, left } = await temporary();
    // A limit on the size of files is met like a full disk, and needs no privileges.
    const launcher = ['sh', '-c', 'ulimit -f 64; exec "$@"', 'sh'];
    const { mvs } = workspace({ TMPDIR }, { launcher });
    const { origin } = await webServer((_, response) => response.end(Buffer.alloc(1 << 20)));
    await mvs('topic:create');
    const { stderr, exitCode } = await mvs('produce', `${origin}/large.mp4`);
    expect(stderr).toMatch(
      /^error: The temporary folder ".*" has no space for "http:.*large\.mp4" \(EFBIG.*\)\n {2}Free space there, or set TMPDIR/,
    );
    expect(exitCode).toBe(69);
    expect(await left()).toEqual([]);
  });
});
