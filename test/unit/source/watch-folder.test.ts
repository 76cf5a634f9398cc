import { appendFile, link, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { SeenFiles } from '../../../src/core/source/seen-files.js';
import { watchFolder } from '../../../src/core/source/watch-folder.js';

vi.setConfig({ testTimeout: 30_000 });

const shortly = { timeout: 10_000, interval: 50 };

async function temporaryFolder(): Promise<(name: string) => string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'mvs-watch-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return (name) => path.join(folder, name);
}

/** Makes a file as old as so many seconds. */
async function age(file: string, seconds: number): Promise<void> {
  const at = Date.now() / 1000 - seconds;
  await utimes(file, at, at);
}

/** What a watch gives out and says, until the test ends. */
function watch(folder: string, settleMs: number) {
  const stop = new AbortController();
  const seen = { videos: [] as string[], told: [] as string[], notes: [] as string[] };
  const log = { ...silentLog, info: (note: string) => void seen.notes.push(note) };
  const files = watchFolder(folder, {
    ...{ recursive: false, nameFrom: 'file' as const, settleMs, signal: stop.signal, log },
    onProblem: ({ error }) => seen.told.push(`${error.message}. ${error.hint ?? ''}`),
  });
  const reading = (async () => {
    for await (const { source } of files) seen.videos.push(path.basename(source.input));
  })();
  onTestFinished(async () => {
    stop.abort();
    await reading;
  });
  return seen;
}

test('a file that a server with a slow clock writes is not taken before it is complete', async () => {
  const at = await temporaryFolder();
  const seen = watch(at(''), 2000);
  const startedAt = performance.now();
  await vi.waitFor(async () => {
    await appendFile(at('a.mp4'), 'x');
    await age(at('a.mp4'), 10);
    expect(seen.videos).toEqual([]);
    expect(performance.now() - startedAt).toBeGreaterThan(4000);
  }, shortly);
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['a.mp4']);
  }, shortly);
});

test('a file that was written long ago is taken at once', async () => {
  const at = await temporaryFolder();
  await writeFile(at('old.mp4'), '');
  await age(at('old.mp4'), 61);
  const seen = watch(at(''), 30_000);
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['old.mp4']);
  }, shortly);
});

test('a file whose name is taken is told once, and gets its turn when the name is free', async () => {
  const at = await temporaryFolder();
  for (const name of ['a.mkv', 'a.mp4', 'a.webm', 'z.mp4']) await writeFile(at(name), '');
  const seen = watch(at(''), 0);
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['a.mkv', 'z.mp4']);
  }, shortly);
  await rename(at('a.mkv'), at('b.mkv'));
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['a.mkv', 'z.mp4', 'b.mkv', 'a.mp4']);
  }, shortly);
  expect(seen.told).toHaveLength(2);
  for (const told of seen.told) expect(told).toMatch(/would all be the video "a". .*rename the files/);
});

test('a name that no video can have and a broken link are reported once, with what helps', async () => {
  const at = await temporaryFolder();
  for (const file of ['a\nb.mp4', 'b.mp4']) await writeFile(at(file), '');
  await symlink('nowhere', at('gone.mp4'));
  // The same file counts once.
  for (const link of ['a-latest.mp4', 'latest.mp4']) await symlink('b.mp4', at(link));
  const seen = watch(at(''), 0);
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['b.mp4']);
  }, shortly);
  await writeFile(at('c.mp4'), '');
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['b.mp4', 'c.mp4']);
  }, shortly);
  expect(seen.told).toEqual([
    expect.stringMatching(/is a link to a file that does not exist.* Remove the link/),
    expect.stringMatching(/the video name .* Rename the file/),
  ]);
});

test('files with other extensions are named, also those that appear later and stay', async () => {
  const at = await temporaryFolder();
  for (const name of ['a.mp4', 'first.xyz']) await writeFile(at(name), '');
  const seen = watch(at(''), 0);
  await vi.waitFor(() => {
    expect(seen.notes).toEqual([expect.stringMatching(/^1 file is not taken .*first\.xyz"/)]);
  }, shortly);
  for (const name of ['b.xyz', 'half.mp4.part', 'later']) await writeFile(at(name), '');
  await vi.waitFor(() => {
    for (const name of ['b.xyz', 'later']) expect(seen.notes.join()).toContain(`${name}"`);
  }, shortly);
  await writeFile(at('c.mp4'), '');
  await vi.waitFor(() => {
    expect(seen.videos).toEqual(['a.mp4', 'c.mp4']);
  }, shortly);
  // Each is named once, and an unfinished download never.
  expect(seen.notes.join().split('b.xyz')).toHaveLength(2);
  expect(seen.notes.join()).not.toContain('half.mp4');
});

test('a file with several hard links counts once, under the next one when the first is gone', async () => {
  const at = await temporaryFolder();
  const [file, other] = [at('a.mp4'), at('b.mp4')];
  await writeFile(file, '');
  await link(file, other);
  const files = new SeenFiles(0);
  files.found([file, other]);
  expect(await files.whole(file)).toBeDefined();
  expect(await files.whole(other)).toBeUndefined();
  for (let look = 0; look < 6; look++) files.found([other]);
  expect(await files.whole(other)).toBeDefined();
});

test('files in a folder that cannot be read at the moment are not forgotten', () => {
  const files = new SeenFiles(0);
  files.found([path.join('v', 'x', 'a.mp4'), path.join('v', 'b.mp4')]);
  for (let scan = 0; scan < 10; scan++) files.found([path.join('v', 'b.mp4')], [path.join('v', 'x')]);
  expect(files.isMissing(path.join('v', 'x', 'a.mp4'))).toBe(false);
});

test('a folder is looked at soon again, however long its reader was busy with a video', async () => {
  const at = await temporaryFolder();
  await writeFile(at('a.mp4'), '');
  const stop = new AbortController();
  const onProblem = vi.fn();
  const files = watchFolder(at(''), {
    ...{
      recursive: false,
      nameFrom: 'file' as const,
      settleMs: 0,
      signal: stop.signal,
      log: silentLog,
      onProblem,
    },
  });
  await files.next();
  const startedAt = performance.now();
  await vi.waitFor(() => {
    expect(performance.now() - startedAt).toBeGreaterThan(1000);
  }, shortly);
  const next = files.next();
  await writeFile(at('b.mp4'), '');
  const askedAt = performance.now();
  expect((await next).value).toMatchObject({ source: { video: 'b' } });
  expect(performance.now() - askedAt).toBeLessThan(3000);
  stop.abort();
});

test('a file that was not to be had is handed out again after the delay, others at once', async () => {
  const at = await temporaryFolder();
  await writeFile(at('a.mp4'), '');
  await writeFile(at('b.mp4'), '');
  const stop = new AbortController();
  const files = watchFolder(at(''), {
    ...{
      recursive: false,
      nameFrom: 'file' as const,
      settleMs: 0,
      signal: stop.signal,
      log: silentLog,
      onProblem: vi.fn(),
    },
  });
  const next = async () => (await files.next()).value ?? undefined;
  const first = await next();
  first?.later(1500);
  const postponedAt = performance.now();
  expect(first?.source.video).toBe('a');
  expect((await next())?.source.video).toBe('b');
  expect((await next())?.source.video).toBe('a');
  expect(performance.now() - postponedAt).toBeGreaterThanOrEqual(1500);
  stop.abort();
});

test('a file is remembered until several looks have not found it', async () => {
  const at = await temporaryFolder();
  const [file, other] = [at('a.mp4'), at('b.mp4')];
  await writeFile(file, '');
  const files = new SeenFiles(0);
  const isNew = async (): Promise<boolean> => {
    files.found([file]);
    const seen = await files.whole(file);
    if (seen) seen.takenUntil = Infinity;
    return seen !== undefined;
  };
  expect(await isNew()).toBe(true);
  // As a mount point reads whose disk is away.
  for (let look = 0; look < 1000; look++) files.found([]);
  expect(await isNew()).toBe(false);
  for (let look = 0; look < 4; look++) files.found([other]);
  expect(await isNew()).toBe(false);
  for (let look = 0; look < 5; look++) files.found([other]);
  expect(await isNew()).toBe(true);
});
