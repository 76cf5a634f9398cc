import { Double, Int32, Long, MongoBulkWriteError, MongoClient, type ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { clientOptions, createClient } from '../../../src/core/store/mongo-client.js';
import { createStore } from '../../../src/core/store/mongo-create.js';
import { findFrames } from '../../../src/core/store/mongo-frames.js';
import { readGlimpses } from '../../../src/core/store/mongo-glimpses.js';
import { MongoLayout } from '../../../src/core/store/mongo-layout.js';
import { openMongo } from '../../../src/core/store/mongo.js';
import { storeError } from '../../../src/core/store/mongo-errors.js';
import { storeLayouts } from '../../../src/core/store/defaults.js';
import { freshStoreUrl, openStoreAt } from '../../support/fresh.js';
import { version } from '../../support/versions.js';
import { record, storeContract } from './store.js';
import { versionsContract } from './versions.js';

describe('MongoDB', () => {
  describe.each(storeLayouts)('laid out as %s', (layout) => {
    storeContract(() => openStoreAt(freshStoreUrl(), layout));
    versionsContract(() => {
      const url = freshStoreUrl();
      return Promise.resolve(() => openStoreAt(url, layout));
    });
  });

  describe.each(storeLayouts)('for a second model version, laid out as %s', (layout) => {
    storeContract(async () => {
      const store = await openStoreAt(freshStoreUrl(), layout);
      const run = { video: 'gone', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
      await store.of(version('first', 'a')).claim(run);
      await store.remove('gone');
      return store.of(version('second', 'b'));
    });
  });

  it('keeps one collection per video, with a unique index on frame', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await store.claim({ video: 'asl hungry.v1.2', fingerprint: 'ab'.repeat(32), sampling: 'every=3' });
    await store.save([record('asl hungry.v1.2', 3)]);
    await using client = await new MongoClient(url).connect();
    const collection = client.db().collection('asl hungry.v1.2');
    expect(await collection.findOne({ frame: 3 })).toMatchObject({
      frame: 3,
      label: 'tabby, tabby cat',
      confidence: 0.5,
    });
    const indexes = await collection.indexes();
    expect(indexes.find(({ key }) => 'frame' in key)).toMatchObject({ unique: true });
  });

  it('keeps one collection for all videos where that is wanted, with a unique index on video and frame', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url, 'single');
    for (const video of ['cat', 'dog']) {
      await store.claim({ video, fingerprint: 'ab'.repeat(32), sampling: 'every=3' });
      await store.save([record(video, 3)]);
    }
    await using client = await new MongoClient(url).connect();
    const names = (await client.db().listCollections().toArray()).map(({ name }) => name);
    expect(names.sort()).toEqual(['mvs.frames', 'mvs.layout', 'mvs.videos']);
    const frames = client.db().collection('mvs.frames');
    expect(await frames.find().sort({ video: 1 }).toArray()).toMatchObject([
      { video: 'cat', frame: 3 },
      { video: 'dog', frame: 3 },
    ]);
    await expect(frames.insertOne({ video: 'dog', frame: 3 })).rejects.toMatchObject({ code: 11_000 });
    await store.remove('cat');
    expect(await frames.distinct('video')).toEqual(['dog']);
  });

  it('keeps the layout that was chosen first, whoever comes next', async () => {
    const url = freshStoreUrl();
    await using first = await openMongo(url, 'single');
    // Opened before anything was written.
    await using late = await openMongo(url, 'collection-per-video');
    const sampling = { video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
    await first.claim(sampling);
    await first.save([record('cat', 3)]);
    await expect(late.claim(sampling)).rejects.toMatchObject({ code: 'CONFIG' });
    await expect(openMongo(url, 'collection-per-video')).rejects.toMatchObject({ code: 'CONFIG' });
    await using other = await openMongo(url);
    expect(await other.count('cat')).toBe(1);
  });

  it('takes the layout that another has chosen meanwhile, where none is wanted', async () => {
    const url = freshStoreUrl();
    await using follower = await openMongo(url);
    await using reader = await openMongo(url);
    expect(await reader.count('cat')).toBe(0);
    await using chooser = await openMongo(url, 'single');
    const sampling = { video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
    await chooser.claim(sampling);
    await chooser.save([record('cat', 3)]);
    await follower.claim(sampling);
    expect(await follower.save([record('cat', 3), record('cat', 6)])).toEqual({ stored: 1, duplicates: 1 });
    expect(await reader.count('cat')).toBe(2);
    expect((await reader.summary('cat')).labels).toHaveLength(1);
  });

  it('sorts by the fields of the unique index, because some services need exactly that', async () => {
    await using client = new MongoClient(freshStoreUrl(), { monitorCommands: true });
    // The driver sends maps, we objects.
    const plain = (sort: unknown): unknown => (sort instanceof Map ? Object.fromEntries(sort) : sort);
    const sorts: unknown[] = [];
    client.on('commandStarted', ({ command }) => {
      if ('sort' in command) sorts.push(command.sort);
    });
    const layout = await MongoLayout.of(client.db(), 'single');
    await layout.create();
    const frames = layout.frames('cat');
    for (const descending of [false, true]) {
      await findFrames(frames, { order: { by: 'frame', descending } }).toArray();
    }
    for await (const _ of readGlimpses(client.db(), frames));
    const ascending = { video: 1, frame: 1 };
    expect(sorts.map(plain)).toEqual([ascending, { video: -1, frame: -1 }, ascending]);
  });

  it('takes a database of an older version, which names no layout, for one with a collection per video', async () => {
    const url = freshStoreUrl();
    await using client = await new MongoClient(url).connect();
    const begun = { _id: 'cat' as unknown as ObjectId, fingerprint: 'ab'.repeat(32), begun: { 3: true } };
    await client.db().collection('mvs.videos').insertOne(begun);
    await client.db().collection('cat').insertOne({ frame: 3 });
    await expect(openMongo(url, 'single')).rejects.toMatchObject({ code: 'CONFIG' });
    await using store = await openMongo(url);
    expect(await store.count('cat')).toBe(1);
  });

  it('says where a server cannot shard', async () => {
    const url = freshStoreUrl();
    await expect(createStore(url, { layout: 'single', shard: true })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(createStore(url, { shard: true })).rejects.toMatchObject({ code: 'USAGE' });
    const created = await createStore(url, { layout: 'single', shard: false });
    expect(created).toMatchObject({ layout: 'single', sharded: false });
    expect(await createStore(url, { shard: false })).toEqual(created);
  });

  it.each([
    ['mongodb://user:pw@x.docdb.amazonaws.com:27017/d?tls=true', false],
    ['mongodb://a.documents.azure.com:10255,b.documents.azure.com:10255/?ssl=true', false],
    ['mongodb+srv://u:p@name.mongocluster.cosmos.azure.com', false],
    ['mongodb://user:pw@x.docdb-elastic.amazonaws.com:27017/d?tls=true', false],
    ['mongodb://x.docdb.amazonaws.com/?retryWrites=true', undefined],
    ['mongodb+srv://cluster0.example.mongodb.net/d', undefined],
    ['mongodb://localhost/x.docdb.amazonaws.com', undefined],
  ])('asks services for retryable writes only where they know them: %s', (url, retryWrites) => {
    expect(clientOptions(url)).toMatchObject({ writeConcern: { w: 'majority', journal: true } });
    expect(clientOptions(url).retryWrites).toBe(retryWrites);
  });

  it('leaves alone what the address says, in whatever case', () => {
    const options = 'serverSelectionTimeoutMS=9999&SocketTimeoutMS=77777&connecttimeoutms=8888&appName=x';
    const client = createClient(`mongodb://a,b/d?replicaSet=r&${options}&w=majority&journal=true`);
    expect(client.options).toMatchObject({
      serverSelectionTimeoutMS: 9999,
      socketTimeoutMS: 77_777,
      connectTimeoutMS: 8888,
      appName: 'x',
      writeConcern: { w: 'majority', journal: true },
    });
  });

  it.each(['w=1', 'W=0', 'journal=false', 'j=false', 'w=majority&journal=false'])(
    'refuses %s in the address, on which offsets would be committed',
    async (options) => {
      await expect(openMongo(`mongodb://user:pw@127.0.0.1:1/d?${options}`)).rejects.toMatchObject({
        code: 'CONFIG',
        message: expect.stringMatching(
          /^the database URL asks for weaker write confirmation .*: (w|journal|j)=/i,
        ) as string,
        hint: expect.stringMatching(/MVS_STORE/) as string,
      });
    },
  );

  it('says that it is the login where the server knows none', async () => {
    const url = freshStoreUrl().replace('mongodb://', 'mongodb://user:secret@');
    await expect(openMongo(url)).rejects.toMatchObject({
      code: 'CONFIG',
      hint: expect.stringMatching(/user(,| and) password.* MVS_STORE/) as string,
    });
  });

  it('says which bookkeeping it cannot read, rather than call a video complete by it', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await store.claim({ video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=3' });
    await using client = await new MongoClient(url).connect();
    const videos = client.db().collection<{ _id: string; fingerprint: string; begun: object }>('mvs.videos');
    const totals = { source: 'x', framesDecoded: 9, width: 1, height: 1, fps: 1, damaged: false };
    for (const set of [
      { 'ends.3': { framesPublished: '$ne' } },
      { 'begun.odd': true },
      // Without the list of its frames.
      { 'begun.keyframes': true, 'ends.keyframes': { ...totals, framesPublished: 3 } },
    ]) {
      await videos.replaceOne({ _id: 'cat' }, { fingerprint: 'ab'.repeat(32), begun: { 3: true } });
      await videos.updateOne({ _id: 'cat' }, { $set: set });
      await expect(store.video('cat')).rejects.toMatchObject({
        code: 'BAD_RECORD',
        message: expect.stringContaining('"cat"') as string,
      });
    }
  });

  it('makes the unique index though the first attempt failed', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await using client = await new MongoClient(url).connect();
    const frames = client.db().collection('cat');
    await frames.insertMany([{ frame: 1 }, { frame: 1 }]);
    const sampling = { video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
    await expect(store.claim(sampling)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await frames.deleteMany({});
    await store.claim(sampling);
    await store.save([record('cat', 3)]);
    await expect(frames.insertOne({ frame: 3 })).rejects.toMatchObject({ code: 11_000 });
  });

  it('reads records that somebody else wrote, with numbers of other types', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await using client = await new MongoClient(url).connect();
    const { video: _video, ...rest } = record('cat', 3);
    const numbers = { frame: Long.fromNumber(3), classIndex: new Double(281), confidence: new Int32(1) };
    await client
      .db()
      .collection('cat')
      .insertMany([
        { ...rest, ...numbers },
        { ...rest, frame: 4, label: null },
      ]);
    const pages: unknown[] = [];
    for await (const page of store.glimpses('cat')) pages.push(...page);
    expect(pages).toMatchObject([
      { frame: 3, classIndex: 281, confidence: 1, label: rest.label },
      { frame: 4, label: null },
    ]);
  });

  it.each([1, 2, 3, 100])(
    'reads page after page of %i frames at most, and what is there twice',
    async (size) => {
      await using client = await new MongoClient(freshStoreUrl()).connect();
      const records = [5, 1, 2, 2, 2, 7].map((frame) => ({ frame, label: `is ${frame}` }));
      await client.db().collection('cat').insertMany(records);
      const read: number[] = [];
      const frames = (await MongoLayout.of(client.db(), undefined)).frames('cat');
      for await (const page of readGlimpses(client.db(), frames, { size }))
        read.push(...page.map(({ frame }) => frame));
      // A page of nothing but one frame has to end somewhere.
      expect(read).toEqual(size > 2 ? [1, 2, 2, 2, 5, 7] : expect.arrayContaining([1, 2, 5, 7]));
    },
  );

  it('reads nothing of a video that is not there', async () => {
    await using client = await new MongoClient(freshStoreUrl()).connect();
    const pages: unknown[] = [];
    const frames = (await MongoLayout.of(client.db(), undefined)).frames('cat');
    for await (const page of readGlimpses(client.db(), frames)) pages.push(...page);
    expect(pages).toEqual([]);
  });

  it.each([
    ['a full disk', 14_031, 'DISK_FULL'],
    ['an election', 189, 'STORE_UNAVAILABLE'],
  ])('waits for %s also where the batch met duplicates first', (_, code, expected) => {
    const writeErrors = [11_000, code].map((each, index) => ({ code: each, index, errmsg: 'x' }));
    const parts = [{ message: 'x', code: 11_000, writeErrors }, { getWriteConcernError: () => undefined }];
    const failure = new MongoBulkWriteError(
      ...(parts as unknown as ConstructorParameters<typeof MongoBulkWriteError>),
    );
    const error = storeError(failure, 'storing records');
    expect(error).toMatchObject({ code: expected, retriable: true });
  });

  it('says within seconds that no database answers, in words that may be tried again', async () => {
    const opening = openMongo('mongodb://127.0.0.1:1/db');
    await expect(opening).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retriable: true });
  });

  it('never repeats the password of a URL that is wrong', async () => {
    const opening = openMongo('mongodb://user:s3cret@@:x/db');
    await expect(opening).rejects.toSatisfy((error: Error) => !error.message.includes('s3cret'));
    await expect(opening).rejects.toMatchObject({ code: 'CONFIG' });
  });
});
