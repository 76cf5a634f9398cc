import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Box, DetectedObject } from '../../src/core/frames/frame.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { endOf, record, runOf } from '../contract/store/store.js';
import { freshStoreUrl } from '../support/fresh.js';
import { workspace } from '../support/mvs.js';
import { hasPackage, python } from '../support/python.js';
import { version } from '../support/versions.js';

interface Dataset {
  readonly images: readonly { readonly id: number; readonly [key: string]: unknown }[];
  readonly annotations: readonly { readonly image_id: number; readonly [key: string]: unknown }[];
  readonly categories: readonly object[];
}

/** More text than is kept in memory. */
const frames = 1200;
const object = (classIndex: number, label: string, confidence: number, box: Box): DetectedObject => ({
  ...{ label, classIndex, confidence, box },
});
const car = object(22, 'Car', 0.9, [0.1, 0.2, 0.25, 0.5]);
const person = object(3, 'Person — “日本”', 0.5, [0.33333, 0, 0.11111, 1]);
const nothing = { label: 'nothing', classIndex: -1, confidence: 0 };

/** A video with a car in each frame and a person in every second one; one with three frames; one that has not ended. */
async function street() {
  const url = freshStoreUrl();
  await using store = await openMongo(url);
  const detector = store.of({ ...version('detector'), facts: { detect: '{}' } });
  const save = async (video: string, all: readonly (readonly DetectedObject[])[]): Promise<void> => {
    await detector.claim(runOf(video, { sampling: 'every=1' }));
    const of = (objects: readonly DetectedObject[], frame: number) => {
      const { label, classIndex, confidence } = objects[0] ?? nothing;
      return record(video, frame, { label, classIndex, confidence, objects });
    };
    await detector.save(all.map((objects, n) => of(objects, n + 1)));
  };
  await save(
    'a street: 50 %',
    Array.from({ length: frames }, (_, n) => (n % 2 === 0 ? [car] : [car, person])),
  );
  // Its right edge is that of the picture, and in the middle between two hundredths of a pixel.
  await save('empty', [[], [{ ...car, box: [0.12345, 0.2, 0.87655, 0.5] }], []]);
  await save('still running', [[car], [car]]);
  const classifier = store.of(version('classifier', 'b'));
  await classifier.claim(runOf('empty', { sampling: 'every=1' }));
  await classifier.save([record('empty', 1)]);
  await store.finish(endOf('a street: 50 %', 1, frames));
  await store.finish({ ...endOf('empty', 1, 3), width: 500, height: 1080 });
  return workspace({ MVS_STORE: url });
}

it('query --format coco is a dataset that pycocotools reads, without the frames whose size is not known', async () => {
  const { mvs, binary } = await street();
  const { exitCode, stdout, stderr } = await binary('query', '--format', 'coco');
  expect(exitCode).toBe(65);
  expect(stderr).toMatch(/^error: 2 frames of "still running" left out: the size of the video is unknown/);
  const { images, annotations, categories } = JSON.parse(stdout) as Dataset;
  expect([images.length, annotations.length]).toEqual([frames + 3, frames * 1.5 + 1]);
  const file = 'a street%3a 50 %25/frame-00000002.jpg';
  expect(images[1]).toEqual({
    ...{ id: 2, file_name: file, width: 640, height: 480 },
    ...{ video: 'a street: 50 %', frame: 2, time: 0.08 },
  });
  expect(images.at(-2)).toMatchObject({ id: frames + 2, video: 'empty', width: 500, height: 1080 });
  const first = { image_id: 2, iscrowd: 0 };
  expect(annotations.filter(({ image_id: image }) => image === 2)).toEqual([
    { ...first, id: 2, category_id: 23, bbox: [64, 96, 160, 240], area: 38_400, score: 0.9 },
    { ...first, id: 3, category_id: 4, bbox: [213.33, 0, 71.11, 480], area: 34_132.8, score: 0.5 },
  ]);
  expect(annotations.at(-1)).toMatchObject({ image_id: frames + 2, bbox: [61.73, 216, 438.27, 540] });
  expect(categories).toEqual([
    { id: 4, name: person.label },
    { id: 23, name: 'Car' },
  ]);

  const chosen = await mvs('query', 'empty', '--format', 'coco', '--label', 'nothing');
  expect(JSON.parse(chosen.stdout)).toMatchObject({ images: [{ frame: 1 }, { frame: 3 }], annotations: [] });
  const people = await mvs('query', '--format', 'coco', '--label', 'person', '--limit', '3');
  const three = [{ category_id: 4 }, { category_id: 4 }, { category_id: 4 }];
  expect(JSON.parse(people.stdout)).toMatchObject({ annotations: three, categories: [{ id: 4 }] });

  if (!hasPackage('pycocotools')) return;
  expect(await readByPycocotools(stdout)).toEqual({
    sizes: [frames + 3, frames * 1.5 + 1],
    people: frames / 2,
    large: frames + 1,
    best: [0.9, [64, 96, 160, 240]],
    results: frames * 1.5 + 1,
    // Compared with itself, every box is right.
    precision: 1,
  });
});

async function readByPycocotools(text: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'mvs-coco-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const dataset = join(folder, 'dataset.json');
  await writeFile(dataset, text);
  const printed = await python(
    `import json, sys
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
coco = COCO(sys.argv[1])
person, car = coco.getCatIds()
first = coco.loadAnns(coco.getAnnIds(imgIds=[2], catIds=[car]))[0]
results = coco.loadRes(json.load(open(sys.argv[1]))["annotations"])
judge = COCOeval(coco, results, "bbox")
judge.evaluate(); judge.accumulate(); judge.summarize()
print(json.dumps({
    "sizes": [len(coco.getImgIds()), len(coco.getAnnIds())],
    "people": len(coco.getImgIds(catIds=[person])),
    "large": len(coco.getAnnIds(areaRng=[36000, 1e9])),
    "best": [first["score"], first["bbox"]],
    "results": len(results.getAnnIds()),
    "precision": round(float(judge.stats[0]), 6),
}))`,
    dataset,
  );
  return JSON.parse(printed.split('\n').at(-1) ?? '');
}

it('query --format coco is an error with a classifier, and with --top-k', async () => {
  const { mvs } = await street();
  const refused = async (...flags: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await mvs('query', '--format', 'coco', ...flags);
    expect([exitCode, stdout]).toEqual([2, '']);
    return stderr;
  };
  expect(await refused('--model', 'classifier')).toMatch(/--format coco needs objects, and classifier@/);
  expect(await refused('--top-k', '2')).toMatch(/no further predictions/);
});
