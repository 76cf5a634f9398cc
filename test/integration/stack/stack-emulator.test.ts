import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { up } from '../../../src/core/stack/index.js';
import { freshHome, sharedStack } from '../../support/stack.js';

describe('the MongoDB emulator', () => {
  let client: MongoClient;
  let cleanUp: () => Promise<void>;

  beforeAll(async () => {
    const site = freshHome((work) => (cleanUp = work));
    const { brokers } = sharedStack();
    const { store } = await up({ ...site, brokers, kafkaPort: 0, mongoPort: 0, mongo: 'emulator' });
    client = await MongoClient.connect(store);
  });

  afterAll(async () => {
    await client.close();
    await cleanUp();
  });

  test('counts what an unordered insert stored, and what an ordered one stored before its first error', async () => {
    const frames = client.db('counts').collection<{ frame: number }>('frames');
    await frames.createIndexes([{ key: { frame: 1 }, unique: true }]);
    await frames.insertOne({ frame: 3 });
    const insert = (ordered: boolean, ...numbers: number[]) =>
      frames.insertMany(
        numbers.map((frame) => ({ frame })),
        { ordered },
      );
    await expect(insert(false, 1, 2, 3, 4)).rejects.toMatchObject({ code: 11000, insertedCount: 3 });
    await expect(insert(true, 5, 3, 6)).rejects.toMatchObject({ code: 11000, insertedCount: 1 });
    expect(await frames.countDocuments()).toBe(5);
  });

  test('drops the database that was named and no other that begins like it', async () => {
    await client.db('a').collection('x').insertOne({ n: 1 });
    await client.db('ab').collection('x').insertOne({ n: 1 });
    await client.db('a').dropDatabase();
    expect(await client.db('a').collection('x').countDocuments()).toBe(0);
    expect(await client.db('ab').collection('x').countDocuments()).toBe(1);
  });

  test('lists the collections that the filter names', async () => {
    const db = client.db('lists');
    for (const name of ['one', 'two', 'three']) await db.collection(name).insertOne({ n: 1 });
    const names = async (filter: object) =>
      (await db.listCollections(filter).toArray()).map(({ name }) => name).sort();
    expect(await names({ name: 'two' })).toEqual(['two']);
    expect(await names({ name: /^t/ })).toEqual(['three', 'two']);
    expect(await names({})).toEqual(['one', 'three', 'two']);
  });

  test("takes collection names up to MongoDB's own limit of 255 bytes for database and collection", async () => {
    const db = client.db('names');
    const longest = 'é'.repeat((255 - 'names.'.length - 1) / 2) + 'x';
    await db.collection(longest).insertOne({ n: 1 });
    expect(await db.collection(longest).findOne({ n: 1 })).toMatchObject({ n: 1 });
    await expect(db.collection(`${longest}x`).insertOne({ n: 1 })).rejects.toMatchObject({
      code: 73,
      message: expect.stringContaining('Fully qualified namespace is too long') as string,
    });
  });

  test('never stores a frame twice under eight writers', async () => {
    const frames = client.db('race').collection<{ frame: number }>('frames');
    await frames.createIndexes([{ key: { frame: 1 }, unique: true }]);
    const documents = () => Array.from({ length: 50 }, (_, frame) => ({ frame }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => frames.insertMany(documents(), { ordered: false })),
    );
    const stored = outcomes.map((outcome) =>
      outcome.status === 'fulfilled'
        ? outcome.value.insertedCount
        : (outcome.reason as { insertedCount: number }).insertedCount,
    );
    expect(stored.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(await frames.countDocuments()).toBe(50);
  });
});
