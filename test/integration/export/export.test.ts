import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exportHits, type ExportOptions } from '../../../src/core/export/export.js';
import { fingerprint } from '../../../src/core/extract/fingerprint.js';
import type { DetectedObject, FrameRecord } from '../../../src/core/frames/frame.js';
import type { RecordStore, VideoInfo } from '../../../src/core/store/port.js';
import { freshName, freshStore } from '../../support/fresh.js';
import {
  extractAll,
  make,
  numbered,
  numberShown,
  sourceOf,
  standIn,
  temporaryFolder,
} from '../extract/extract-clips.js';

const file = temporaryFolder();
const fps = 10;
/** A key frame each second, so that a clip begins at most a second early. */
const codec = ['-c:v', 'libx264', '-g', '10', '-pix_fmt', 'yuv420p'];
let film = '';
beforeAll(async () => {
  film = await make(file('film.mp4'), ...numbered({ frames: 200, fps }), ...codec);
});

type Labels = (frame: number) => string;

/** Stores every third frame of a file, some as a dog. */
async function stored(
  store: RecordStore,
  video: string,
  source: string,
  labelOf: Labels,
  objects?: readonly DetectedObject[],
): Promise<VideoInfo> {
  const content = await fingerprint(sourceOf(source), new AbortController().signal);
  const run = { video, fingerprint: content, sampling: 'every=3' };
  const frames = Array.from({ length: 66 }, (_, n) => 3 * (n + 1));
  const records = frames.map((frame): FrameRecord => {
    const what = { label: labelOf(frame), classIndex: 1, confidence: frame / 200 };
    return {
      video,
      frame,
      ...what,
      time: (frame - 1) / fps,
      model: 'm',
      processedAt: new Date(),
      ...(objects && { objects }),
    };
  });
  await store.claim(run);
  await store.save(records);
  const totals = { framesDecoded: 200, framesPublished: 66, damaged: false, width: 320, height: 64, fps };
  await store.finish({ ...run, source, ...totals });
  const info = await store.video(video);
  if (!info) throw new Error('the video is not stored');
  return info;
}

const dogs: Labels = (frame) =>
  (frame >= 30 && frame <= 60) || (frame >= 90 && frame <= 96) || frame === 198 ? 'dog' : 'cat';
const dogFrames = Array.from({ length: 66 }, (_, n) => 3 * (n + 1)).filter((frame) => dogs(frame) === 'dog');

function options(changes: Partial<ExportOptions> = {}): ExportOptions {
  const { signal } = new AbortController();
  return {
    filter: { classes: { labels: ['dog'], except: [] } },
    out: file(freshName('out')),
    pad: undefined,
    boxes: false,
    signal,
    ...changes,
  };
}

async function manifestOf({ out }: ExportOptions): Promise<{ file: string; [key: string]: unknown }[]> {
  const text = await readFile(path.join(out, 'manifest.ndjson'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { file: string });
}

describe('exported pictures', () => {
  it('are those of the matching frames, and the manifest says what each shows', async () => {
    const store = await freshStore();
    const info = await stored(store, '.../a film: 50 %', film, dogs);
    const settings = options();
    const [video] = await exportHits(store, [info], settings);
    const count = dogFrames.length;
    expect(video).toMatchObject({ matching: count, exported: count, files: count, unavailable: null });
    const entries = await manifestOf(settings);
    expect(entries.map(({ frame }) => frame)).toEqual(dogFrames);
    for (const entry of entries) {
      expect(path.dirname(entry.file)).toMatch(/^[^/\\]+$/);
      const picture = await readFile(path.join(settings.out, entry.file));
      expect(await numberShown(picture)).toBe(entry.frame);
    }
    expect(entries[0]).toMatchObject({
      ...{ kind: 'picture', video: '.../a film: 50 %', source: film },
      ...{ frame: 30, time: 2.9, label: 'dog', confidence: 0.15 },
    });
  });

  it('show the boxes that fit if they are asked for, and the manifest lists these', async () => {
    const store = await freshStore();
    const box = [0.5, 0.25, 0.25, 0.5] as const;
    const dog = { label: 'dog', classIndex: 1, confidence: 0.5, box };
    const cat = { ...dog, label: 'cat', confidence: 0.9, box: [0, 0, 0.25, 1] as const };
    const info = await stored(store, 'film', film, () => 'cat', [cat, dog]);
    const filter = { classes: { labels: ['dog'], except: [] }, objects: {}, to: { frame: 3 } };
    const [plain, boxed] = [options({ filter }), options({ filter, boxes: true })];
    await exportHits(store, [info], plain);
    await exportHits(store, [info], boxed);
    const [entry] = await manifestOf(plain);
    expect(entry).not.toHaveProperty('objects');
    expect(await manifestOf(boxed)).toEqual([{ ...entry, objects: [dog] }]);
    const files = [plain, boxed].map(({ out }) => path.join(out, entry?.file ?? ''));
    const [before, after] = await Promise.all(files.map((each) => sharp(each).raw().toBuffer()));
    const changed = (x: number, y: number): number => {
      const at = (y * 320 + x) * 3;
      const channels = [0, 1, 2].map((each) =>
        Math.abs((before?.[at + each] ?? 0) - (after?.[at + each] ?? 0)),
      );
      return Math.max(...channels);
    };
    // The edge of the dog, its inside, the edge of the cat.
    expect([changed(160, 40) > 60, changed(200, 40) < 20, changed(80, 40) < 20]).toEqual([true, true, true]);
  });

  it('of a file that has changed, is gone or is no video are missing, and others are there', async () => {
    const store = await freshStore();
    const [changed, broken] = [await copy('changed.mp4'), await copy('broken.mp4')];
    const infos = [
      await stored(store, 'changed', changed, dogs),
      await stored(store, 'gone', film, dogs).then((info) => ({ ...info, samplings: [] })),
      await stored(store, 'empty', film, () => 'cat'),
      await stored(store, 'film', film, dogs),
      await stored(store, 'short', broken, (frame) => (frame > 150 ? 'dog' : 'cat')),
    ];
    await writeFile(changed, 'other content');
    const exported = await exportHits(store, infos, options());
    expect(exported.map(({ video, files, unavailable }) => [video, files, unavailable])).toEqual([
      ['changed', 0, `the source file is missing or has changed: ${changed}`],
      ['gone', 0, 'the source file is missing or has changed: unknown'],
      ['film', dogFrames.length, null],
      ['short', 16, null],
    ]);
  });

  it('are not mixed with other files: the folder must be empty', async () => {
    const settings = options();
    await mkdir(settings.out);
    await writeFile(path.join(settings.out, 'mine'), '');
    await expect(exportHits(await freshStore(), [], settings)).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readdir(settings.out)).toEqual(['mine']);
  });

  it('have no manifest where the export was interrupted', async () => {
    const store = await freshStore();
    const info = await stored(store, 'film', film, dogs);
    const stop = new AbortController();
    const reason = new Error('stop');
    const settings = options({
      signal: stop.signal,
      onFile: () => {
        stop.abort(reason);
      },
    });
    await expect(exportHits(store, [info], settings)).rejects.toBe(reason);
    expect(await readdir(settings.out)).toEqual(['film']);
  });
});

describe('exported clips', () => {
  it('contain the matching frames, merged where they meet, from the key frame before', async () => {
    const store = await freshStore();
    const info = await stored(store, 'film', film, dogs);
    const settings = options({ pad: 0.5 });
    expect(await exportHits(store, [info], settings)).toMatchObject([
      { matching: dogFrames.length, exported: dogFrames.length, files: 3, unavailable: null },
    ]);
    const clips = await manifestOf(settings);
    expect(clips.map(({ from, to, firstFrame, lastFrame }) => [from, to, firstFrame, lastFrame])).toEqual([
      [2.4, 6.7, 30, 60].map((value) => expect.closeTo(value, 3) as number),
      [8.4, 10.3, 90, 96].map((value) => expect.closeTo(value, 3) as number),
      [19.2, 20.5, 198, 198].map((value) => expect.closeTo(value, 3) as number),
    ]);
    for (const { file: name, firstFrame, lastFrame } of clips) {
      const { frames } = await extractAll(path.join(settings.out, name), { every: 1 });
      const shown = await Promise.all(frames.map(({ jpeg }) => numberShown(jpeg)));
      expect(shown).toEqual(expect.arrayContaining([firstFrame, lastFrame]) as number[]);
      // Padding, and less than two seconds to the key frame from which all of them can be decoded.
      expect(shown[0]).toBeGreaterThanOrEqual(Number(firstFrame) - 25);
      expect(shown.at(-1)).toBeLessThanOrEqual(Number(lastFrame) + 12);
    }
  });

  it.each([
    ['the disk is full', 'echo "[error] x: No space left on device" >&2; exit 1'],
    ['files may not be so large', 'kill -XFSZ $$'],
  ])('end the export where %s, which is no fault of a video', async (_, script) => {
    const store = await freshStore();
    const info = await stored(store, 'film', film, dogs);
    vi.stubEnv('MVS_FFMPEG', await standIn(file('full'), script));
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    await expect(exportHits(store, [info], options({ pad: 0 }))).rejects.toMatchObject({ code: 'DISK_FULL' });
  });

  it('overlap nowhere: wide padding makes one of them', async () => {
    const store = await freshStore();
    const info = await stored(store, 'film', film, dogs);
    const settings = options({ pad: 60 });
    expect(await exportHits(store, [info], settings)).toMatchObject([
      { files: 1, exported: dogFrames.length },
    ]);
    expect(await manifestOf(settings)).toMatchObject([
      { from: 0, firstFrame: 30, lastFrame: 198, label: 'dog' },
    ]);
  });
});

async function copy(name: string): Promise<string> {
  await copyFile(film, file(name));
  return file(name);
}
