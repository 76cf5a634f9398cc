import { MongoClient } from 'mongodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerVideo } from '../../../src/core/answers/videos.js';
import { FrameListWriter } from '../../../src/core/frames/frame-list.js';
import type { EndOfVideo } from '../../../src/core/frames/frame.js';
import { openMongo } from '../../../src/core/store/mongo.js';
import type { RecordStore } from '../../../src/core/store/port.js';
import { accepts, verifyVideo, type Verdict } from '../../../src/core/answers/verify.js';
import { record } from '../../contract/store/store.js';
import { freshStoreUrl } from '../../support/fresh.js';

const fingerprint = 'ab'.repeat(32);
const size = { width: 640, height: 480, fps: 25, damaged: false };
const end: EndOfVideo = {
  ...{ video: 'cat', source: 'cat.webm', fingerprint, sampling: 'every=3' },
  ...{ framesDecoded: 31, framesPublished: 10, ...size },
};
const all = Array.from({ length: 10 }, (_, n) => 3 * (n + 1));

/** A video of which 3, 6 … 30 were published and these are stored. */
async function stored(frames: readonly number[], { ended = true } = {}) {
  const url = freshStoreUrl();
  const store = await openMongo(url);
  onTestFinished(() => store[Symbol.asyncDispose]());
  await store.claim(end);
  if (frames.length > 0) await store.save(frames.map((frame) => record('cat', frame)));
  if (ended) await store.finish(end);
  return { url, store };
}

async function verdictOf(store: RecordStore): Promise<Verdict> {
  const info = await store.video('cat');
  if (!info) throw new Error('the video is not there');
  return verifyVideo(store, info);
}

describe('a video', () => {
  it('is complete when each of its frames has one record', async () => {
    const { store } = await stored(all);
    expect(await verdictOf(store)).toEqual({
      ...{
        video: 'cat',
        modelVersion: null,
        expected: 10,
        stored: 10,
        deadLettered: 0,
        missing: 0,
        missingFrames: [],
      },
      ...{ unexpected: 0, surplus: 0, damaged: false, complete: true },
    });
  });

  it('is not while frames are missing, and they are named in runs', async () => {
    const { store } = await stored([3, 12, 15, 21, 24]);
    expect(await verdictOf(store)).toMatchObject({
      missing: 5,
      missingFrames: [
        { from: 6, to: 9, count: 2 },
        { from: 18, to: 18, count: 1 },
        { from: 27, to: 30, count: 2 },
      ],
      complete: false,
    });
  });

  it('is not when records of other frames make up the number, also for a query', async () => {
    const { store } = await stored([...all.slice(1), 33, 4]);
    expect(await verdictOf(store)).toMatchObject({ missing: 1, unexpected: 2, complete: false });
    expect(await answerVideo(store, 'cat')).toMatchObject({ stored: 11, missing: 1, complete: false });
  });

  it('is judged by the frames that its end lists, where they are not every Nth, also for a query', async () => {
    const store = await openMongo(freshStoreUrl());
    onTestFinished(() => store[Symbol.asyncDispose]());
    const list = new FrameListWriter();
    for (const frame of [1, 16, 31]) list.add(frame);
    await store.finish({ ...end, sampling: 'fps=2', framesPublished: 3, frameList: list.text });
    await store.save([1, 16, 32].map((frame) => record('cat', frame)));
    const lacking = { expected: 3, stored: 3, missing: 1, complete: false };
    expect(await verdictOf(store)).toMatchObject({
      ...lacking,
      missingFrames: [{ from: 31, to: 31, count: 1 }],
      unexpected: 1,
    });
    expect(await answerVideo(store, 'cat')).toMatchObject(lacking);
    const origin = { topic: 'frames', partition: 0, offset: '5' };
    const letters = [17, 31].map((frame) => ({ video: 'cat', frame, reason: 'bad', origin, at: new Date() }));
    await store.noteDeadLetters(letters);
    expect(await answerVideo(store, 'cat')).toMatchObject({ ...lacking, deadLettered: 2, missing: 0 });
  });

  it('is not when nothing of it is stored', async () => {
    const { store } = await stored([]);
    expect(await verdictOf(store)).toMatchObject({
      missing: 10,
      missingFrames: [{ from: 3, to: 30, count: 10 }],
    });
  });

  it('lacks its dead letters, which are not missing; that may be allowed', async () => {
    const { store } = await stored(all.filter((frame) => frame !== 6 && frame !== 9));
    const origin = { topic: 'frames', partition: 0, offset: '5' };
    await store.noteDeadLetters([{ video: 'cat', frame: 6, reason: 'bad', origin, at: new Date() }]);
    const verdict = await verdictOf(store);
    expect(verdict).toMatchObject({
      stored: 8,
      deadLettered: 1,
      missing: 1,
      missingFrames: [{ from: 9, to: 9 }],
    });
    expect(accepts(verdict, true)).toBe(false);
    await store.save([record('cat', 9)]);
    const later = await verdictOf(store);
    expect(later).toMatchObject({ missing: 0, complete: false });
    expect([accepts(later, false), accepts(later, true)]).toEqual([false, true]);
  });

  it('is not before its end has come, whatever is stored', async () => {
    const { store } = await stored(all, { ended: false });
    expect(await verdictOf(store)).toMatchObject({
      expected: null,
      missing: null,
      stored: 10,
      complete: false,
    });
  });

  it('is not when there are records of frames that nobody published, or two of one frame', async () => {
    const { url, store } = await stored([...all, 31]);
    expect(await verdictOf(store)).toMatchObject({ stored: 11, missing: 0, unexpected: 1, complete: false });

    expect(await answerVideo(store, 'cat')).toMatchObject({ complete: false });

    const client = new MongoClient(url);
    onTestFinished(() => client.close());
    const records = client.db().collection('cat');
    await records.deleteOne({ frame: 31 });
    await records.dropIndexes();
    await records.insertOne({ frame: 6 });
    expect(await verdictOf(store)).toMatchObject({ stored: 10, surplus: 1, complete: false });
  });
});
