import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { groupBy } from '../../src/core/base/group-by.js';
import type { Box, DetectedObject, FrameRecord } from '../../src/core/frames/frame.js';
import type { LabelRow } from '../../src/core/answers/labels.js';
import { loadModel } from '../../src/core/classifier/load-model.js';
import { versionOf } from '../../src/core/classifier/version.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { endOf, record, runOf } from '../contract/store/store.js';
import { freshStoreUrl } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { version } from '../support/versions.js';

const videos = fileURLToPath(new URL('../../videos/', import.meta.url));
/** Cars, a person and a flower. */
const known = fileURLToPath(new URL('../fixtures/concepts/', import.meta.url));

it('a detector and a classifier give both for each frame, and concepts are found in the results of both', async () => {
  const { mvs, binary } = workspace();
  const clips = [join(videos, 'cat.webm'), join(videos, 'rocket.webm'), known];
  const models = ['--model', 'ssd-mobilenetv2', '--model', 'efficientnet-lite0'];
  const run = await binary('run', ...clips, '--fps', '2', ...models, '--json');
  expect(run).toMatchObject({ exitCode: 0 });

  const cat = jsonOf(await mvs('query', 'cat', '--frames', '--model', 'ssd-mobilenetv2', '--json'));
  const object = { label: 'Cat', classIndex: 7, confidence: expect.any(Number) as number };
  const frame = { label: 'Cat', objects: [{ ...object, box: expect.any(Array) as number[] }] };
  const each = (frames: number, one: object) => Array.from({ length: frames }, () => one);
  expect(cat).toMatchObject({ stored: 7, frames: each(7, frame) });
  const classified = jsonOf(await mvs('query', 'cat', '--frames', '--model', 'efficientnet-lite0', '--json'));
  expect(classified).toMatchObject({
    stored: 7,
    frames: each(7, { label: expect.stringContaining('cat') as string }),
  });
  expect(JSON.stringify(classified)).not.toContain('objects');

  // A frame without an object has a record too.
  const rocket = jsonOf(await mvs('query', 'rocket', '--frames', '--model', 'ssd-mobilenetv2', '--json'));
  expect(rocket).toMatchObject({
    complete: true,
    frames: each(6, { label: 'nothing', confidence: 0, objects: [] }),
  });

  const { stdout } = await mvs('query', 'cat', '--objects', '--format', 'csv', '--model', 'ssd-mobilenetv2');
  const [head, ...rows] = stdout.trim().split('\n');
  expect(head).toMatch(/^video,frame,time,label,classIndex,confidence,.*,x,y,width,height$/);
  expect(rows).toHaveLength(7);
  for (const row of rows) expect(row).toMatch(/^cat,\d+,[\d.]+,Cat,7,0\.\d+,.*(,[01](\.\d+)?){4}$/);
  const table = await mvs('query', 'cat', '--frames', '--model', 'ssd-mobilenetv2');
  expect(table.stdout).toMatch(/OBJECTS\n.* 1 Cat\n/);
  const alone = await mvs('query', 'cat', '--objects');
  expect(alone).toMatchObject({ exitCode: 2 });
  expect(alone.stderr).toContain('--objects needs --format ndjson, csv or parquet');

  const vehicles = [
    // A rocket is a vehicle, and the detector knows none.
    { model: 'ssd-mobilenetv2', least: [2, 5, 8], also: {} },
    { model: 'efficientnet-lite0', least: [2, 7], also: { rocket: expect.any(Array) as number[] } },
  ];
  for (const { model, least, also } of vehicles) {
    const found = async (label: string): Promise<Record<string, number[]>> => {
      const asked = ['query', '--model', model, '--label', label, '--format', 'ndjson'];
      const { exitCode, stdout: text } = await mvs(...asked);
      const records = text.split('\n').flatMap((line) => (line ? [JSON.parse(line) as FrameRecord] : []));
      expect(exitCode).toBe(0);
      const frames = groupBy(records, ({ video }) => video);
      return Object.fromEntries(Array.from(frames, ([video, all]) => [video, all.map((one) => one.frame)]));
    };
    const { cars = [], ...others } = await found('vehicles');
    expect(others).toEqual(also);
    expect(cars).toEqual(expect.arrayContaining(least));
    expect([1, 2, 5, 6, 7, 8]).toEqual(expect.arrayContaining(cars));
    expect((await found('animal')).cat).toHaveLength(7);
    for (const label of ['dog', 'bird', 'ocarina', 'hot dog']) expect(await found(label), label).toEqual({});
  }
  const people = await mvs(
    ...['query', '--model', 'ssd-mobilenetv2', '--label', 'person', '--not-label', 'vehicle', '--json'],
  );
  expect(jsonOf(people)).toMatchObject({ matches: [{ video: 'signer', frames: 3 }] });
});

const left: Box = [0.1, 0.2, 0.2, 0.5];
const right: Box = [0.7, 0.2, 0.2, 0.5];
const person = (confidence: number, box: Box): DetectedObject => ({
  label: 'Person',
  classIndex: 3,
  confidence,
  box,
});
const car: DetectedObject = { label: 'Car', classIndex: 22, confidence: 0.9, box: left };
const street: readonly (readonly DetectedObject[])[] = [
  [car],
  [car, person(0.5, right)],
  [person(0.8, left), person(0.6, left)],
  [],
  [car, person(0.7, left), person(0.4, right)],
];

/** Results of a detector, and of a classifier for the same frames. */
async function withObjects() {
  const url = freshStoreUrl();
  await using store = await openMongo(url);
  const detector = store.of({ ...version('detector'), facts: { detect: '{}' } });
  await detector.claim(runOf('street', { sampling: 'every=1' }));
  const nothing = { label: 'nothing', classIndex: -1, confidence: 0 };
  await detector.save(
    street.map((objects, n) => {
      const { label, classIndex, confidence } = objects[0] ?? nothing;
      return record('street', n + 1, { label, classIndex, confidence, objects });
    }),
  );
  const classifier = store.of(version('classifier', 'b'));
  await classifier.claim(runOf('street', { sampling: 'every=1' }));
  await classifier.save(street.map((_, n) => record('street', n + 1)));
  await store.finish(endOf('street', 1, street.length));
  return workspace({ MVS_STORE: url });
}

it('query looks at all objects of a frame, counts those that fit, and looks at a part of the picture', async () => {
  const { mvs } = await withObjects();
  const found = async (...flags: string[]) => {
    const one = jsonOf(await mvs('query', 'street', ...flags, '--json')) as { frames: { frame: number }[] };
    const all = jsonOf(await mvs('query', ...flags, '--json')) as { matches: { frames: number }[] };
    const frames = one.frames.map(({ frame }) => frame);
    expect(all.matches.reduce((sum, match) => sum + match.frames, 0)).toBe(frames.length);
    return frames;
  };
  const people = ['--label', 'person'];
  expect(await found(...people)).toEqual([2, 3, 5]);
  expect(await found(...people, '--min-confidence', '0.6')).toEqual([3, 5]);
  expect(await found(...people, '--not-label', 'car')).toEqual([3]);
  expect(await found(...people, '--min-count', '2')).toEqual([3, 5]);
  expect(await found(...people, '--min-count', '2', '--min-confidence', '0.6')).toEqual([3]);
  expect(await found(...people, '--area', '0.6,0,0.4,1')).toEqual([2, 5]);
  expect(await found('--area', '0,0,0.6,1', '--min-count', '2')).toEqual([3, 5]);
  expect(await found('--label', 'nothing')).toEqual([4]);

  // What was searched for is shown, not the better car.
  expect(jsonOf(await mvs('query', ...people, '--min-count', '2', '--json'))).toMatchObject({
    matches: [{ meanConfidence: 0.75, segments: [{ label: 'Person' }, { label: 'Person' }] }],
  });
  const rows = await mvs('query', ...people, '--area', '0.6,0,0.4,1', '--objects', '--format', 'ndjson');
  const shown = rows.stdout.split('\n').map((line) => JSON.parse(line) as object);
  expect(shown).toMatchObject([
    { frame: 2, label: 'Person', confidence: 0.5, x: 0.7 },
    { frame: 5, label: 'Person', confidence: 0.4, x: 0.7 },
  ]);
});

it('labels counts the frames that query finds, with any object and each concept once', async () => {
  const url = freshStoreUrl();
  await using store = await openMongo(url);
  const detector = store.of(await versionOf(await loadModel('ssd-mobilenetv2')));
  await detector.claim(runOf('street', { sampling: 'every=1' }));
  const bicycle: DetectedObject = { label: 'Bicycle', classIndex: 0, confidence: 0.4, box: right };
  const frames = [...street, [car, bicycle], [bicycle, bicycle]];
  const nothing = { label: 'nothing', classIndex: -1, confidence: 0 };
  await detector.save(
    frames.map((objects, n) => {
      const { label, classIndex, confidence } = objects[0] ?? nothing;
      return record('street', n + 1, { label, classIndex, confidence, objects });
    }),
  );
  const { mvs } = workspace({ MVS_STORE: url });
  const listed = jsonOf(await mvs('labels', '--json')) as { labels: LabelRow[] };
  const counts = new Map(listed.labels.map(({ names, label, frames: n }) => [label ?? names[0] ?? '', n]));
  const known = { Vehicle: 5, 'wheeled vehicle': 5, Car: 4, Bicycle: 2, Person: 3, nothing: 1 };
  expect(Object.fromEntries(counts)).toMatchObject(known);
  for (const [text, count] of Object.entries(known)) {
    const asked = jsonOf(await mvs('query', 'street', '--label', text, '--json')) as { frames: object[] };
    expect(asked.frames, text).toHaveLength(count);
  }
});

it('flags for objects are an error with a classifier, those for predictions with a detector', async () => {
  const { mvs } = await withObjects();
  const refused = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await mvs(...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    return stderr;
  };
  const classified = ['--model', 'classifier', '--label', 'tabby'];
  expect(await refused('query', ...classified, '--min-count', '1')).toMatch(/--min-count needs objects/);
  expect(await refused('export', '--out', 'x', ...classified, '--area', '0,0,1,1')).toMatch(
    /--area needs objects, and classifier@b+ is not a detector/,
  );
  expect(await refused('export', '--out', 'x', ...classified, '--boxes')).toMatch(/--boxes needs objects/);
  expect(await refused('export', '--out', 'x', '--label', 'person', '--boxes', '--clips')).toMatch(
    /--boxes.*--clips|--clips.*--boxes/,
  );
  expect(await refused('query', '--label', 'person', '--sum')).toMatch(/--sum is for classifiers/);
  expect(await refused('query', '--label', 'person', '--rank', '2')).toMatch(/--rank is for classifiers/);
  for (const area of ['1', '0,0,1', '0,0,0,1', '0.5,0,0.6,1', '-0.1,0,0.5,1', 'a,0,1,1', '0,,1,1'])
    expect(await refused('query', `--area=${area}`)).toMatch(
      /is not a part of a picture[^]*--area 0.5,0,0.5,1/,
    );
});
