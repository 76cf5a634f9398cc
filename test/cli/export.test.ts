import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

const clip = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));

it('mvs export writes what matches, and mvs open finds the place; both say what is unavailable', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-export-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [film, out] = [join(folder, 'film.webm'), join(folder, 'out')];
  await copyFile(clip, film);
  const { mvs } = workspace();
  expect((await mvs('run', film, '--every', '10')).exitCode).toBe(0);

  const first = await mvs('export', '--from', '1s', '--out', out, '--json');
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  const { videos } = jsonOf(first) as { videos: { files: number }[] };
  expect(videos).toMatchObject([{ video: 'film', source: film, unavailable: null }]);
  expect(await readdir(out)).toEqual(['film', 'manifest.ndjson']);
  expect(await readdir(join(out, 'film'))).toHaveLength(videos[0]?.files ?? 0);

  const again = await mvs('export', '--from', '1s', '--out', out);
  expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining('is not empty')]);
  const all = await mvs('export', '--out', join(folder, 'all'));
  expect([all.exitCode, all.stderr]).toEqual([2, expect.stringContaining('--label')]);

  const opened = await mvs('open', 'film', '15f', '--json');
  expect(jsonOf(opened)).toMatchObject({
    source: film,
    time: expect.closeTo(0.66, 1) as number,
    opened: false,
  });
  const end = /\n {2}The video ends at 0:03\.3\. Its last stored frame is 100f, at 0:03\.3\.$/;
  for (const [position, problem] of [
    ['999', /^error: "film" has no frame at or behind 16:39\.0\n/],
    ['9999f', /^error: "film" has no frame at or behind frame 9999\n/],
  ] as const) {
    const { exitCode, stdout, stderr } = await mvs('open', 'film', position);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringMatching(problem)]);
    expect(stderr).toMatch(end);
  }
  for (const [position, problem] of [
    ['0f', /^error: there is no frame 0\n/],
    ['1:99', /^error: "1:99" is neither a time nor a frame\n/],
  ] as const) {
    const { exitCode, stderr } = await mvs('open', 'film', position);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(problem)]);
  }

  await rm(film);
  expect(await mvs('open', 'film', '0:01')).toMatchObject({ exitCode: 66, stdout: '' });
  const gone = await mvs('export', 'film', '--clips', '--out', join(folder, 'clips'));
  expect(gone.exitCode).toBe(65);
  expect(gone.stderr).toMatch(/^error: 10 of 10 frames of "film" not exported: the source file is missing/);
  const nothing = await mvs('export', '--label', 'unicorn', '--out', join(folder, 'none'));
  expect([nothing.exitCode, nothing.stdout]).toEqual([
    0,
    expect.stringMatching(/^no frames match.*\nnothing was exported$/),
  ]);
  expect(await readdir(join(folder, 'none'))).toEqual([]);
});
