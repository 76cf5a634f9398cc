import { MongoClient, type Collection, type Document, type Sort } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { freshStoreUrl } from '../../support/fresh.js';

/** The same numbers in every run (Park and Miller). */
let state = 42;
const below = (limit: number): number => (state = (state * 16_807) % 2_147_483_647) % limit;
const oneOf = <T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];
const someOf = <T>(values: readonly T[]): T[] => values.filter(() => below(3) === 0);

interface Shown extends Document {
  readonly _id: string;
  readonly frame: number;
}

const frames = 700;

function someDocument(frame: number): Shown {
  // Not in the order of the frames, unlike those of mvs, which servers may happen to keep in order.
  const where = { _id: `${(frame * 7919) % 1000}:${frame}`, video: oneOf(['a', 'b']), frame };
  if (frame === 3) return { ...where, objects: [{ label: 'fish', confidence: 1 }] };
  if (below(10) === 0) return where;
  const object = () => ({ label: oneOf(['person', 'car', 'dog']), confidence: below(10) / 10 });
  return { ...where, objects: Array.from({ length: below(4) }, object) };
}

function someFilter(): Document {
  const wanted = oneOf<Document>([{ label: 'person' }, { label: { $in: ['dog', 'car'] } }, { label: 'cat' }]);
  const conditions = someOf<Document>([
    { video: oneOf(['a', 'b']) },
    { video: { $in: ['b', 'a'] } },
    { objects: { $elemMatch: { ...wanted, ...oneOf<Document>([{}, { confidence: { $gte: 0.5 } }]) } } },
    { 'objects.label': oneOf(['person', 'dog']) },
    { 'objects.1': { $exists: true } },
    { frame: { $gte: below(frames) } },
    { frame: oneOf<Document>([{ $gt: below(200), $lte: 500 }, { $lt: 20 }, { $in: [3, 4] }, { $ne: 7 }]) },
    { $or: [{ frame: 5 }, { 'objects.0.label': 'car' }] },
  ]);
  if (conditions.length === 0) return {};
  return below(2) === 0 ? { $and: conditions } : (Object.assign({}, ...conditions) as Document);
}

const sorts: [Sort, ...Sort[]] = [
  { frame: 1 },
  { frame: -1 },
  { video: 1, frame: 1 },
  { video: -1, frame: -1 },
  { video: 1, frame: -1 },
  { _id: 1 },
];

const projections: [Document, ...Document[]] = [
  {},
  { _id: 0, frame: 1 },
  { frame: 1, video: 1 },
  { _id: 0, objects: 1 },
  { video: 0 },
];

interface Both {
  readonly indexed: Collection<Shown>;
  readonly plain: Collection<Shown>;
}

async function filled(): Promise<Both> {
  const client = await MongoClient.connect(freshStoreUrl());
  onTestFinished(() => client.close());
  const both = {
    indexed: client.db().collection<Shown>('indexed'),
    plain: client.db().collection<Shown>('plain'),
  };
  await both.indexed.createIndex({ frame: 1 }, { unique: true }, undefined);
  await both.indexed.createIndex({ video: 1, frame: 1 }, { unique: true }, undefined);
  await both.indexed.createIndex({ video: 1, 'objects.label': 1, frame: 1 });
  await both.indexed.createIndex({ 'objects.label': 1, frame: 1 });
  const documents = Array.from({ length: frames }, (_, n) => someDocument(n + 1));
  for (const each of [both.indexed, both.plain]) await each.insertMany(documents);
  return both;
}

async function expectSame({ indexed, plain }: Both, count: number): Promise<void> {
  let some = 0;
  for (let n = 0; n < count; n++) {
    const [filter, sort, projection] = [someFilter(), oneOf(sorts), oneOf(projections)];
    const options = { sort, projection, skip: oneOf([0, 0, 7]), limit: oneOf([0, 0, 5]) };
    const read = (each: Collection<Shown>, batchSize: number) =>
      each.find(filter, { ...options, batchSize }).toArray();
    const [actual, expected] = await Promise.all([read(indexed, oneOf([20, 1000])), read(plain, 5000)]);
    expect(actual, JSON.stringify([filter, options])).toEqual(expected);
    some += expected.length;
  }
  expect(some).toBeGreaterThan(count);
  for (const path of ['objects.label', 'video'])
    expect((await indexed.distinct(path)).sort()).toEqual((await plain.distinct(path)).sort());
}

async function change(each: Collection<Shown>): Promise<void> {
  for (const frame of [3, 200, 699])
    await each.replaceOne({ frame }, { frame, video: 'a', objects: [{ label: 'bird', confidence: 1 }] });
  await each.deleteMany({ frame: { $gt: 300, $lt: 400 } });
  await each.updateMany({ 'objects.label': 'car', frame: { $gte: 600 } }, { $set: { objects: [] } });
}

test('indexes of the local database change no answer, also when documents were replaced and deleted', async () => {
  const both = await filled();
  await expectSame(both, 80);
  for (const each of [both.indexed, both.plain]) await change(each);
  await expectSame(both, 40);
  expect((await both.indexed.distinct('objects.label')).sort()).toEqual(['bird', 'car', 'dog', 'person']);
  expect(await both.indexed.countDocuments({ frame: { $gt: 290, $lt: 410 } })).toBe(20);
});
