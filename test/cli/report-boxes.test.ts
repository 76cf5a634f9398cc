import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fingerprint } from '../../src/core/extract/fingerprint.js';
import type { DetectedObject } from '../../src/core/frames/frame.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { endOf, record } from '../contract/store/store.js';
import { browserForTests, hasBrowser } from '../support/browser.js';
import { workspace, type Mvs } from '../support/mvs.js';
import { version } from '../support/versions.js';

const hostile = '<img src=x onerror=alert(1)>';
const objects: readonly DetectedObject[] = [
  { label: 'Cat', classIndex: 7, confidence: 0.75, box: [0.1, 0.3, 0.5, 0.6] },
  { label: hostile, classIndex: 3, confidence: 0.405, box: [0.62, 0.02, 0.38, 0.4] },
];

async function fileToWrite(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mvs-boxes-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'report.html');
}

/** A clip with the results of a classifier, and those of a detector: two objects up to frame 60, and none after it. */
async function withDetections(): Promise<Mvs> {
  const { mvs, env } = workspace();
  const source = fileURLToPath(new URL('../../videos/cat.webm', import.meta.url));
  const end = {
    ...endOf('cat', 10, 100),
    source,
    fingerprint: await fingerprint({ input: source, path: source }),
  };
  const frames = Array.from({ length: 10 }, (_, n) =>
    record('cat', 10 * (n + 1), { time: (n + 1) / 3 - 0.034 }),
  );
  const none = { label: 'nothing', classIndex: -1, confidence: 0, objects: [] };
  const some = { label: 'Cat', classIndex: 7, confidence: 0.75, objects };
  await using store = await openMongo(String(env.MVS_STORE));
  for (const name of ['classifier', 'detector']) {
    const results = store.of(version(name));
    await results.claim(end);
    await results.finish(end);
    const isDetector = name === 'detector';
    await results.save(
      frames.map((each) => ({ ...each, ...(isDetector && (each.frame > 60 ? none : some)) })),
    );
  }
  return mvs;
}

describe.skipIf(!hasBrowser)('the report of a detector', () => {
  const open = browserForTests();

  it('draws boxes where the records have them, hides them, and counts objects', async () => {
    const mvs = await withDetections();
    const out = await fileToWrite();
    expect(await mvs('report', '--model', 'detector', '--out', out)).toMatchObject({ exitCode: 0 });
    for (const width of [1000, 360]) {
      const { page, troubles } = await open(out, 'light', width);
      const picture = page.locator('.frame img');
      expect(await picture.getAttribute('alt')).toBe(`Cat at 0:00.3 of cat: Cat 75 %, ${hostile} 41 %`);
      const frame = await picture.boundingBox();
      // The best one is drawn last.
      const boxes = await page.locator('.frame .box').all();
      expect(boxes).toHaveLength(objects.length);
      for (const [i, { label, box }] of objects.toReversed().entries()) {
        const drawn = await boxes[i]?.boundingBox();
        if (!frame || !drawn) throw new Error('not drawn');
        const place = [(drawn.x - frame.x) / frame.width, (drawn.y - frame.y) / frame.height];
        const relative = [...place, drawn.width / frame.width, drawn.height / frame.height];
        for (const [side, value] of relative.entries())
          expect(Math.abs(value - (box[side] ?? NaN)), `${label} ${side}`).toBeLessThan(0.02);
        expect(await boxes[i]?.innerText()).toMatch(label);
      }
      // Labels are text.
      expect(await page.locator('img').count()).toBe(1);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      expect(troubles).toEqual([]);
    }

    const { page } = await open(out, 'dark');
    const first = page.locator('.frame .box').first();
    await page.getByRole('checkbox', { name: 'Show boxes' }).uncheck();
    expect(await first.isVisible()).toBe(false);
    expect(await page.locator('.frame img').isVisible()).toBe(true);
    await page.getByRole('checkbox', { name: 'Show boxes' }).check();
    expect(await first.isVisible()).toBe(true);

    // Six frames with two objects, then some without.
    expect(await page.locator('.counts .scale').innerText()).toMatch(/Objects per frame\s+2\s+1\s+0/);
    const line = await page.locator('.counts path').getAttribute('d');
    expect(line).toMatch(/^M0\.0 2\.0L.* 2\.0L.* 98\.0$/);
    expect(await page.getByRole('list', { name: /^Objects/ }).allInnerTexts()).toEqual([
      expect.stringMatching(/^Objects:\s+Cat 6\s+<img .* 6$/),
    ]);
    // An object that is best in no frame is found too.
    await page.getByRole('searchbox').fill('onerror');
    expect(await page.locator('#found').innerText()).toBe('1 of 2 segments');
    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: /^nothing/ }).click();
    expect(await page.locator('.frame').innerText()).toMatch(/The picture is frame \d+: no objects/);
    expect(await page.locator('.frame .box').count()).toBe(0);
  });

  it('draws none for a classifier, and those of A where it is compared with one', async () => {
    const mvs = await withDetections();
    const out = await fileToWrite();
    await mvs('report', '--model', 'detector', '--diff', 'classifier', '--out', out);
    const { page } = await open(out);
    expect(await page.locator('.gallery .box').count()).toBeGreaterThan(0);
    expect(await page.locator('.counts path').count()).toBe(1);
    await mvs('report', '--model', 'classifier', '--out', out);
    expect(await readFile(out, 'utf8')).not.toContain('"objects"');
    const { page: plain } = await open(out);
    expect(await plain.locator('.picture, .box, .counts').count()).toBe(0);
    expect(await plain.getByRole('checkbox').count()).toBe(0);
  });

  const screenshots = process.env.MVS_SCREENSHOTS;
  // docs/report.md names the clip.
  const clip = process.env.MVS_SCREENSHOT_CLIP;
  it.skipIf(screenshots === undefined || clip === undefined)(
    'looks like this',
    async () => {
      const { mvs } = workspace();
      const inputs = [clip ?? '', fileURLToPath(new URL('../../videos/cat.webm', import.meta.url))];
      await mvs('topic:create');
      expect(await mvs('run', ...inputs, '--every', '3', '--model', 'ssd-mobilenetv2')).toMatchObject({
        exitCode: 0,
      });
      const out = await fileToWrite();
      await mvs(
        'report',
        ...inputs.map((input) => parse(input).name),
        '--model',
        'ssd-mobilenetv2',
        '--out',
        out,
      );
      for (const scheme of ['light', 'dark'] as const) {
        const { page } = await open(out, scheme);
        await page.getByRole('searchbox').fill('cars');
        const article = page.locator('article').first();
        const cars = await article.getByRole('button', { name: /^Car/ }).all();
        const boxes: number[] = [];
        for (const car of cars) {
          await car.click();
          boxes.push(await article.locator('.box').count());
        }
        await cars[boxes.indexOf(Math.max(...boxes))]?.click();
        await page.evaluate('document.activeElement.blur()');
        const box = await article.boundingBox();
        await page.screenshot({
          path: join(screenshots ?? '', `report-boxes-${scheme}.png`),
          clip: { x: 0, y: 0, width: 1000, height: Math.ceil((box?.y ?? 0) + (box?.height ?? 0) + 20) },
          fullPage: true,
        });
      }
    },
    240_000,
  );
});
