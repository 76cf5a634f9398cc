import { readdirSync } from 'node:fs';
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { versionId } from '../../src/core/frames/model-version.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { passAll } from '../chaos/support/tcp-proxy.js';
import { record } from '../contract/store/store.js';
import { browserForTests, hasBrowser } from '../support/browser.js';
import { bundledNetwork, jsonOf, mvsIn, workspace, type Mvs } from '../support/mvs.js';
import { version } from '../support/versions.js';
import { proxiedStore } from '../support/proxied-store.js';

const folderOfVideos = fileURLToPath(new URL('../../videos', import.meta.url));

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function stored(): Promise<Mvs> {
  const { mvs, env } = workspace(bundledNetwork);
  await mvs('topic:create');
  // By relative paths, from a folder that is not that of the report.
  await mvsIn(env, { cwd: folderOfVideos })('produce', 'cat.webm', 'rocket.webm', '--every', '5');
  const { exitCode } = await mvs('consume', '--until-drained');
  expect(exitCode).toBe(0);
  return mvs;
}

/** Videos of one frame each. */
async function fill(url: string, videos: readonly string[]): Promise<void> {
  await using store = await openMongo(url);
  for (const video of videos) {
    await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
    await store.save([record(video, 1)]);
  }
}

async function withVideos(...videos: string[]): Promise<Mvs> {
  const { mvs, env } = workspace();
  await fill(String(env.MVS_STORE), videos);
  return mvs;
}

/**
 * A clip labelled by two versions: the second one gives other labels from frame 30 to 40 and at frame 60, and lacks frame 20.
 * @returns the names of both
 */
async function withTwoVersions(): Promise<{ mvs: Mvs; a: string; b: string }> {
  const { mvs, env } = workspace();
  await mvs('topic:create');
  await mvs('produce', join(folderOfVideos, 'rocket.webm'), '--every', '5');
  expect(await mvs('consume', '--until-drained')).toMatchObject({ exitCode: 0 });
  await using store = await openMongo(String(env.MVS_STORE));
  const [first, second] = [version('first', 'a'), version('second', 'b')];
  const [left, right] = [store.of(first), store.of(second)];
  const info = await store.video('rocket');
  const sampling = info?.samplings[0]?.sampling ?? '';
  for (const each of [left, right])
    await each.claim({ video: 'rocket', fingerprint: info?.fingerprint ?? '', sampling });
  for await (const { modelVersion: _, ...found } of store.frames('rocket')) {
    const each = { ...found, label: 'same, as ever' };
    const isChanged = (each.frame >= 30 && each.frame <= 40) || each.frame === 60;
    await left.save([each]);
    if (each.frame !== 20) await right.save([isChanged ? { ...each, label: '<b>other</b>, else' } : each]);
  }
  return { mvs, a: versionId(first), b: versionId(second) };
}

/** Of each video, what the page says. */
function videosIn(page: string): { video: string; stored: number }[] {
  const blocks = page.matchAll(/^ *<script type="application\/json" class="video">(.*)<\/script>$/gm);
  return Array.from(blocks, ([, data = '']) => JSON.parse(data) as { video: string; stored: number });
}

describe('a report', () => {
  it('says what it could not do, and writes nothing', async () => {
    const { mvs } = workspace();
    const folder = await tempFolder();
    for (const names of [['nothing'], []]) {
      const missing = await mvs('report', ...names, '--out', join(folder, 'report.html'));
      expect(missing.exitCode).toBe(66);
      expect(missing.stderr).toMatch(/^error: (no frames of a video named "nothing"|no video is stored yet)/);
    }
    expect(await readdir(folder)).toEqual([]);
    const nowhere = await mvs('report', '--out', join(folder, 'no', 'report.html'));
    expect(nowhere).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('--out') as string });
  });

  it('finds a file that cannot be written before it asks the database', async () => {
    const { mvs } = workspace({ MVS_STORE: 'mongodb://127.0.0.1:1/nobody' });
    const folder = await tempFolder();
    for (const out of [folder, join(folder, 'no', 'report.html')]) {
      const { exitCode, stderr } = await mvs('report', '--out', out);
      expect(stderr).toMatch(
        /^error: cannot write .*: (this is a folder|the folder .*no does not exist).*\n.*--out/,
      );
      expect(exitCode).toBe(78);
    }
  });

  it('has all videos, each named once, and takes the place of the one before, through a link too', async () => {
    const mvs = await withVideos('ant', '</script>', 'cat');
    const folder = await tempFolder();
    const [file, link] = [join(folder, 'a.html'), join(folder, 'link.html')];
    await writeFile(file, 'the one before', { mode: 0o640 });
    await symlink(file, link);
    const { stdout } = await mvs('report', 'cat', '</script>', 'cat', '--out', link);
    expect(stdout).toBe(`2 videos in ${link}`);
    const page = await readFile(file, 'utf8');
    expect(videosIn(page)).toMatchObject([{ video: 'cat', stored: 1 }, { video: '</script>' }]);
    expect(page).toMatch(/<\/html>\n$/);
    // Those two and the page's own: no name ends one.
    expect(page.match(/<\/script/g)).toHaveLength(3);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await lstat(file)).mode & 0o777).toBe(0o640);
    await mvs('report', '--out', file);
    expect(videosIn(await readFile(file, 'utf8'))).toHaveLength(3);
    expect((await readdir(folder)).sort()).toEqual(['a.html', 'link.html']);
  });

  it('compares two versions: timelines, changed segments with pictures, frames that only one has', async () => {
    const { mvs, a, b } = await withTwoVersions();
    const out = join(await tempFolder(), 'report.html');
    const written = await mvs('report', '--model', 'first', '--diff', 'second', '--out', out, '--json');
    expect(jsonOf(written)).toMatchObject({ videos: [{ video: 'rocket', changedSegments: 2 }] });
    expect(videosIn(await readFile(out, 'utf8'))).toMatchObject([
      {
        modelVersion: a,
        comparison: {
          ...{ a, b, changed: 4, onlyA: 1, onlyB: 0, segmentCount: 2 },
          videos: [{ onlyA: { count: 1, frames: [{ from: 20, to: 20, count: 1 }] } }],
          segments: [30, 60].map((firstFrame) => ({
            ...{ firstFrame, to: '<b>other</b>, else' },
            // The beginning of every JPEG.
            thumbnail: expect.stringMatching(/^\/9j\//) as string,
          })),
        },
      },
    ]);
    const swapped = await mvs('report', '--model', 'second', '--diff', a, '--out', out, '--json');
    expect(swapped).toMatchObject({ exitCode: 0 });
    expect(videosIn(await readFile(out, 'utf8'))).toMatchObject([{ comparison: { a: b, b: a, onlyB: 1 } }]);
    expect(await mvs('report', '--model', 'first', '--diff', a, '--out', out)).toMatchObject({ exitCode: 2 });
    expect(await mvs('report', '--diff', 'third', '--out', out)).toMatchObject({ exitCode: 66 });
  });

  it('may go to a pipe', async () => {
    const mvs = await withVideos('ant');
    const fifo = join(await tempFolder(), 'pipe');
    await execa('mkfifo', [fifo]);
    const [page, { exitCode }] = await Promise.all([readFile(fifo, 'utf8'), mvs('report', '--out', fifo)]);
    expect(exitCode).toBe(0);
    expect(videosIn(page)).toMatchObject([{ video: 'ant' }]);
    expect((await lstat(fifo)).isFIFO()).toBe(true);
  });

  it('may go to stdout, alone', async () => {
    const mvs = await withVideos('ant');
    const { stdout, stderr, exitCode } = await mvs('report', '--out', '-');
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/^<!doctype html>[^]*<\/html>$/);
    expect(videosIn(stdout)).toMatchObject([{ video: 'ant' }]);
    const both = await mvs('report', '-o', '-', '--json');
    expect(both.exitCode).toBe(2);
    expect(both.stdout).toMatch(/would both write to stdout/);
  });

  it('ends with Ctrl-C, also where no pictures are taken, and leaves what was there before', async () => {
    const { url, direct, proxy } = await proxiedStore();
    await fill(direct, ['ant', 'bee', 'cat', 'dog']);
    const { binary } = workspace({ MVS_STORE: url });
    const folder = await tempFolder();
    const out = join(folder, 'report.html');
    await writeFile(out, 'the one before');
    const report = binary('report', '--out', out);
    const during: string[] = [];
    proxy.rule = ({ direction, kind }) => {
      // The first question about frames; there are others after it.
      if (direction === 'request' && kind === 'find') {
        proxy.rule = passAll;
        during.push(...readdirSync(folder));
        report.kill('SIGINT');
      }
      return 'pass';
    };
    const { exitCode, stderr } = await report;
    const finishing = 'info: finishing in-flight work; press Ctrl-C again to quit immediately';
    expect([exitCode, stderr]).toEqual([130, `${finishing}\nerror: stopped by SIGINT`]);
    expect(during).toContainEqual(expect.stringMatching(/\.part$/));
    expect(await readdir(folder)).toEqual(['report.html']);
    expect(await readFile(out, 'utf8')).toBe('the one before');
  });

  describe.skipIf(!hasBrowser)('in a browser', () => {
    const open = browserForTests();

    it('draws the timelines of two versions above each other, with the differences between them', async () => {
      const { mvs } = await withTwoVersions();
      const out = join(await tempFolder(), 'report.html');
      await mvs('report', '--model', 'first', '--diff', 'second', '--out', out);
      const { page, troubles } = await open(out);
      const tops: (number | undefined)[] = [];
      for (const name of [
        'Timeline of rocket, version A',
        'Changes in rocket',
        'Timeline of rocket, version B',
      ])
        tops.push((await page.getByRole('group', { name, exact: true }).boundingBox())?.y);
      expect(tops).toEqual(tops.toSorted((x, y) => Number(x) - Number(y)));
      const marks = page.getByRole('group', { name: 'Changes in rocket', exact: true }).getByRole('button');
      expect(await marks.count()).toBe(2);
      expect(await page.locator('article').innerText()).toMatch(/1 frame only in A: 20/);
      // The first change is shown before the first click.
      expect(await page.locator('.frame').innerText()).toMatch(
        /\(A\) → <b>other<\/b>, else \(B\): .* frames 30 to 40/,
      );
      await marks.nth(1).click();
      expect(await page.locator('.frame').innerText()).toMatch(/, frame 60, confidence/);
      expect(await page.locator('.frame img').isVisible()).toBe(true);
      expect(await page.locator('.gallery img').count()).toBe(2);
      expect(await page.locator('#changes tbody tr').count()).toBe(2);
      await page.getByRole('searchbox').fill('no such label');
      expect(await page.locator('#changes tbody tr:visible').count()).toBe(0);
      expect(troubles).toEqual([]);
      const { page: phone } = await open(out, 'dark', 360);
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
      const pictures = process.env.MVS_SCREENSHOTS;
      if (pictures === undefined) return;
      await page.getByRole('searchbox').fill('');
      await page.screenshot({ path: join(pictures, 'report-diff-light.png'), fullPage: true });
      await phone.screenshot({ path: join(pictures, 'report-diff-phone.png'), fullPage: true });
      const { page: dark } = await open(out, 'dark');
      await dark.screenshot({ path: join(pictures, 'report-diff-dark.png'), fullPage: true });
    });

    const shownRows = (page: Page): Promise<number> => page.locator('tbody tr:visible').count();

    it('draws a timeline for each video, filters as one types, and shows the frame of a band', async () => {
      const mvs = await stored();
      const out = join(await tempFolder(), 'report.html');
      const written = jsonOf(await mvs('report', '--out', out, '--json')) as {
        videos: { video: string; segments: number; thumbnails: number }[];
      };
      expect(written.videos.map(({ video }) => video).sort()).toEqual(['cat', 'rocket']);
      for (const { segments, thumbnails } of written.videos) expect(thumbnails).toBe(Math.min(segments, 24));

      const { page, troubles } = await open(out);
      expect(await page.locator('article h2').allTextContents()).toEqual(
        written.videos.map(({ video }) => video),
      );
      // Before the first click.
      for (const article of await page.locator('article').all()) {
        expect(await article.getByRole('img', { name: / at 0:00/ }).isVisible()).toBe(true);
        expect(await article.locator('.band[aria-pressed=true]').count()).toBe(1);
        expect(await article.locator('.scale').innerText()).toMatch(/Confidence\s+100 %\s+50 %\s+0 %/);
        expect(await article.getByRole('list', { name: /^Labels/ }).innerText()).toMatch(/^\S.* \d+\.\d %/);
      }
      expect(await page.locator('header').innerText()).toContain('Click a band to see its picture');
      // Only the results of detectors have these.
      expect(await page.locator('.picture, .box, .counts').count()).toBe(0);
      expect(await page.getByRole('checkbox').count()).toBe(0);
      expect(await page.locator('header').innerText()).not.toMatch(/objects|boxes/i);
      const all = await shownRows(page);
      expect(all).toBe(written.videos.reduce((sum, { segments }) => sum + segments, 0));

      await page.getByRole('searchbox', { name: 'Search videos and labels' }).fill('missile');
      expect(await shownRows(page)).toBeLessThan(all);
      expect(await page.locator('tbody tr:visible').allTextContents()).toEqual(
        expect.arrayContaining([expect.stringContaining('missile')]),
      );
      expect(await page.locator('article:visible h2').allTextContents()).toEqual(['rocket']);
      // The same words as in --label.
      await page.getByRole('searchbox').fill('felines');
      expect(await page.locator('article:visible h2').allTextContents()).toEqual(['cat']);
      await page.getByRole('searchbox').fill('vehicles');
      expect(await page.locator('article:visible h2').allTextContents()).toEqual(['rocket']);

      const rocket = page.locator('article', { hasText: 'rocket' });
      await rocket
        .getByRole('button', { name: /^missile/ })
        .first()
        .click();
      const picture = rocket.getByRole('img', { name: /^missile at/ });
      await picture.waitFor();
      expect(await picture.evaluate((image: { naturalWidth: number }) => image.naturalWidth)).toBe(240);

      // By keyboard alone.
      await page.getByRole('searchbox').fill('');
      const cat = page.locator('article', { hasText: 'cat' }).first();
      await cat.getByRole('button').first().focus();
      await page.keyboard.press('Enter');
      await cat.getByRole('img', { name: / at / }).waitFor();
      expect(troubles).toEqual([]);

      const { page: phone } = await open(out, 'light', 360);
      expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(360);
      const label = 'getComputedStyle(document.querySelector("tbody td:nth-child(4)"), "::before").content';
      expect(await phone.evaluate(label)).toBe('"Label"');
      for (const each of await phone.locator('tbody tr').first().locator('td').all())
        expect((await each.boundingBox())?.width).toBeGreaterThan(300);

      const pictures = process.env.MVS_SCREENSHOTS;
      if (pictures === undefined) return;
      await page.screenshot({ path: join(pictures, 'report-light.png'), fullPage: true });
      await phone.screenshot({ path: join(pictures, 'report-phone.png') });
      const { page: dark } = await open(out, 'dark');
      await dark.locator('article').first().getByRole('button').first().click();
      await dark.screenshot({ path: join(pictures, 'report-dark.png'), fullPage: true });
    });
  });
});
