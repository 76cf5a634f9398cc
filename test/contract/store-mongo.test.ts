import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { openMongo } from '../../src/core/store/mongo.js';
import { freshStore, freshStoreUrl } from '../support/fresh.js';
import { record, storeContract } from './store.js';

describe('MongoDB', () => {
  storeContract(freshStore);

  it('keeps one collection per video, with a unique index on frame', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await store.claim({ video: 'asl hungry.v1.2', fingerprint: 'ab'.repeat(32), every: 3 });
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

  it('says which bookkeeping it cannot read, rather than call a video complete by it', async () => {
    const url = freshStoreUrl();
    await using store = await openMongo(url);
    await store.claim({ video: 'cat', fingerprint: 'ab'.repeat(32), every: 3 });
    await using client = await new MongoClient(url).connect();
    const videos = client.db().collection<{ _id: string }>('mvs.videos');
    await videos.updateOne({ _id: 'cat' }, { $set: { 'ends.3': { framesPublished: '$ne' } } });
    await expect(store.video('cat')).rejects.toMatchObject({
      code: 'BAD_RECORD',
      message: expect.stringContaining('"cat"') as string,
    });
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
