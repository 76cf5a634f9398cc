import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerVideo } from '../../src/core/answers/videos.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { jsonOf, workspace, type Workspace } from '../support/mvs.js';

const model = { label: 'cat', classIndex: 281, confidence: 0.9, time: 0, model: 'none' };

/** A database with one video in it, which an operator that got through would find. */
async function withOneVideo(): Promise<Workspace & { url: string }> {
  const found = workspace();
  const url = String(found.env.MVS_STORE);
  await using store = await openMongo(url);
  await store.claim({ video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=1' });
  await store.save([{ video: 'cat', frame: 1, ...model, processedAt: new Date() }]);
  return { ...found, url };
}

describe('a name that could mean something to the database', () => {
  it('is a video that there is not', async () => {
    const { mvs } = await withOneVideo();
    for (const name of [
      '{"$ne":null}',
      '{"$gt":""}',
      '[{"$ne":null}]',
      '$where',
      '$ne',
      'mvs.videos',
      'system.users',
      'system.views',
      'video-stream-records.cat',
      '__proto__',
      'constructor',
      'cat\nother',
      '.*',
      '/cat/',
      '..',
      'true',
      'null',
      'x'.repeat(1000),
      '',
    ]) {
      const result = await mvs('query', name, '--frames', '--json');
      expect(jsonOf(result), name).toMatchObject({
        error: {
          code: 'NO_SUCH_VIDEO',
          message: `no frames of a video named ${JSON.stringify(name)} are stored`,
        },
      });
      expect(result.exitCode, name).toBe(66);
    }
    expect(jsonOf(await mvs('query', '--json'))).toMatchObject({ videos: [{ video: 'cat', stored: 1 }] });
  });

  it('is no option of the command either', async () => {
    const { mvs } = await withOneVideo();
    expect((await mvs('query', '--', '--frames')).exitCode).toBe(66);
    expect((await mvs('query', '--$where')).exitCode).toBe(2);
  });

  it('with NUL, which no command line can carry, is a video that there is not', async () => {
    const { url } = await withOneVideo();
    await using store = await openMongo(url);
    await expect(answerVideo(store, 'cat\0')).rejects.toMatchObject({ code: 'NO_SUCH_VIDEO' });
  });
});

it('names with a meaning in JavaScript or in paths of MongoDB are stored as what they are', async () => {
  const { mvs, url } = await withOneVideo();
  const names = ['__proto__', 'constructor', 'begun.1', 'ends.1.damaged', '{"a":1}'];
  await using store = await openMongo(url);
  for (const video of names) {
    await store.claim({ video, fingerprint: 'cd'.repeat(32), sampling: 'every=1' });
    await store.save([{ video, frame: 1, ...model, processedAt: new Date() }]);
  }
  for (const video of names) {
    expect(jsonOf(await mvs('query', video, '--json'))).toMatchObject({ video, stored: 1 });
  }
  const client = new MongoClient(url);
  onTestFinished(() => client.close());
  const kept = await client
    .db()
    .collection('mvs.videos')
    .find()
    .sort({ firstSeen: 1 })
    .project({ begun: 1, ends: 1 })
    .toArray();
  expect(kept).toEqual(['cat', ...names].map((_id) => ({ _id, begun: { 1: true } })));
});
