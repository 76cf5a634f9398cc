import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { Box, DetectedObject } from '../../src/core/frames/frame.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { endOf, record, runOf } from '../contract/store/store.js';
import { freshStoreUrl } from '../support/fresh.js';
import { jsonOf, workspace } from '../support/mvs.js';
import { version } from '../support/versions.js';

const videos = fileURLToPath(new URL('../../videos/', import.meta.url));

it('a detector and a classifier give both for each frame', async () => {
  const { mvs, binary } = workspace();
  const clips = [join(videos, 'cat.webm'), join(videos, 'rocket.webm')];
  const models = ['--model', 'ssd-mobilenetv2', '--model', 'efficientnet-lite0'];
  const run = await binary('run', ...clips, '--every', '20', ...models, '--json');
  expect(run).toMatchObject({ exitCode: 0 });

  const cat = jsonOf(await mvs('query', 'cat', '--frames', '--model', 'ssd-mobilenetv2', '--json'));
  const object = { label: 'Cat', classIndex: 7, confidence: expect.any(Number) as number };
  const frame = { label: 'Cat', objects: [{ ...object, box: expect.any(Array) as number[] }] };
  const each = (frames: number, one: object) => Array.from({ length: frames }, () => one);
  expect(cat).toMatchObject({ stored: 5, frames: each(5, frame) });
  const classified = jsonOf(await mvs('query', 'cat', '--frames', '--model', 'efficientnet-lite0', '--json'));
  expect(classified).toMatchObject({
    stored: 5,
    frames: each(5, { label: expect.stringContaining('cat') as string }),
  });
  expect(JSON.stringify(classified)).not.toContain('objects');

  // A frame without an object has a record too.
  const rocket = jsonOf(await mvs('query', 'rocket', '--frames', '--model', 'ssd-mobilenetv2', '--json'));
  expect(rocket).toMatchObject({
    complete: true,
    frames: each(3, { label: 'nothing', confidence: 0, objects: [] }),
  });

  const { stdout } = await mvs('query', '--objects', '--format', 'csv', '--model', 'ssd-mobilenetv2');
  const [head, ...rows] = stdout.trim().split('\n');
  expect(head).toMatch(/^video,frame,time,label,classIndex,confidence,.*,x,y,width,height$/);
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(row).toMatch(/^cat,\d+,[\d.]+,Cat,7,0\.\d+,.*(,[01](\.\d+)?){4}$/);
  const table = await mvs('query', 'cat', '--frames', '--model', 'ssd-mobilenetv2');
  expect(table.stdout).toMatch(/OBJECTS\n.* 1 Cat\n/);
  const alone = await mvs('query', 'cat', '--objects');
  expect(alone).toMatchObject({ exitCode: 2 });
  expect(alone.stderr).toContain('--objects needs --format ndjson, csv or parquet');
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
