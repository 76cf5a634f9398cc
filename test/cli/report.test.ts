import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { jsonOf, workspace, type Mvs } from '../support/mvs.js';

const videos = ['cat', 'rocket'].map((name) =>
  fileURLToPath(new URL(`../../videos/${name}.webm`, import.meta.url)),
);
const executablePath = process.env.MVS_CHROMIUM ?? '/usr/bin/chromium';

async function tempFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-report-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

async function stored(): Promise<Mvs> {
  const { mvs } = workspace();
  await mvs('topic:create');
  await mvs('produce', ...videos, '--every', '5');
  const { exitCode } = await mvs('consume', '--until-drained');
  expect(exitCode).toBe(0);
  return mvs;
}

describe('a report', () => {
  it('says what it could not do, and writes nothing', async () => {
    const { mvs } = workspace();
    const folder = await tempFolder();
    const missing = await mvs('report', 'nothing', '--out', join(folder, 'report.html'));
    expect(missing.exitCode).toBe(66);
    expect(existsSync(join(folder, 'report.html'))).toBe(false);
    const nowhere = await mvs('report', '--out', join(folder, 'no', 'report.html'));
    expect(nowhere).toMatchObject({ exitCode: 78, stderr: expect.stringContaining('--out') as string });
  });

  // Debian's package `chromium`, or any other named by MVS_CHROMIUM.
  describe.skipIf(!existsSync(executablePath))('in a browser', () => {
    let browser: Browser;
    beforeAll(async () => {
      const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
      const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet];
      browser = await chromium.launch({ executablePath, args });
    });
    afterAll(() => browser.close());

    /** The page, and everything that it complained about or fetched. */
    async function open(file: string, colorScheme: 'light' | 'dark' = 'light') {
      const page = await browser.newPage({ colorScheme, viewport: { width: 1000, height: 900 } });
      onTestFinished(() => page.close());
      const troubles: string[] = [];
      page.on('pageerror', (error) => troubles.push(error.message));
      page.on('console', (message) => troubles.push(message.text()));
      page.on('request', (request) => {
        if (/^https?:/.test(request.url())) troubles.push(request.url());
      });
      await page.goto(pathToFileURL(file).href);
      return { page, troubles };
    }

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
      const all = await shownRows(page);
      expect(all).toBe(written.videos.reduce((sum, { segments }) => sum + segments, 0));

      await page.getByRole('searchbox', { name: 'Search videos and labels' }).fill('missile');
      expect(await shownRows(page)).toBeLessThan(all);
      expect(await page.locator('tbody tr:visible').allTextContents()).toEqual(
        expect.arrayContaining([expect.stringContaining('missile')]),
      );
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

      const pictures = process.env.MVS_SCREENSHOTS;
      if (pictures === undefined) return;
      await page.screenshot({ path: join(pictures, 'report-light.png'), fullPage: true });
      const { page: dark } = await open(out, 'dark');
      await dark.locator('article').first().getByRole('button').first().click();
      await dark.screenshot({ path: join(pictures, 'report-dark.png'), fullPage: true });
    });
  });
});
