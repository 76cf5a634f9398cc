import { MongoClient } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { MvsError } from '../../../src/core/base/errors.js';
import { surveyActivation } from '../../../src/core/operate/activate.js';
import { deleteResults, surveyResults } from '../../../src/core/operate/delete-results.js';
import { lookAtVersions } from '../../../src/core/operate/look-at-versions.js';
import { notedEveryMs, storeLayouts } from '../../../src/core/store/defaults.js';
import { openMongo } from '../../../src/core/store/mongo.js';
import { record } from '../../contract/store/store.js';
import { version } from '../../support/versions.js';
import { freshStoreUrl, openStoreAt } from '../../support/fresh.js';
import { proxiedStore } from '../../support/proxied-store.js';
import { first, longUnused, published, second, storeVersion } from '../../support/stored-versions.js';

const { signal } = new AbortController();
const atOnce = { signal, quietMs: 0 };
const both = { cat: published, dog: published };

const third = version('third', 'c');

describe('activating a version', () => {
  it('finds the frames of the active one that it lacks', async () => {
    const url = freshStoreUrl();
    await storeVersion(url, first, both);
    await storeVersion(url, second, { ...both, bird: [1] });
    await storeVersion(url, third, { cat: [6, 7, 9, 10] });
    // Frames with two records.
    await using client = await new MongoClient(url).connect();
    const cat = client.db().collection('cat');
    await cat.dropIndex('frame_1');
    await cat.insertMany([{ frame: 3 }, { frame: 6 }]);
    const store = await openStoreAt(url);
    const survey = (name: string) => surveyActivation(store, name, signal);
    expect(await survey('second')).toMatchObject({ version: second, before: first, lacking: [] });
    const [ofCat, ofDog] = [2, 4].map((frames, n) => ({ video: ['cat', 'dog'][n], frames }));
    expect(await survey('third')).toMatchObject({ version: third, before: first, lacking: [ofCat, ofDog] });
    expect(await survey('first')).toMatchObject({ version: { active: true }, lacking: [] });
  });
});

describe.each(storeLayouts)('deleting the results of a version, laid out as %s', (layout) => {
  const stored = { cat: published, dog: published, ant: [3] };

  it('continues after every failure, ends, and leaves the other version alone', async () => {
    const { url, direct, proxy } = await proxiedStore();
    await storeVersion(direct, first, stored, layout);
    await storeVersion(direct, second, stored, layout);
    const store = await openStoreAt(url);
    const allowed: number[] = [];
    const deleted: string[] = [];
    for (;;) {
      let left = allowed.length;
      proxy.rule = ({ direction, kind }) =>
        direction === 'request' && (kind === 'drop' || kind === 'delete') && left-- <= 0 ? 'drop' : 'pass';
      const outcome = await deleteResults(store, await surveyResults(store, 'second', []), atOnce);
      deleted.push(...outcome.deleted.map(({ video }) => video));
      if (outcome.forgotten) break;
      expect(outcome.failed).toMatchObject([{ error: { code: 'STORE_UNAVAILABLE' } }]);
      allowed.push(left);
    }
    // Records and dead letters of three videos, and the version.
    expect(allowed).toHaveLength(7);
    const reader = await openStoreAt(direct);
    expect(await reader.versions()).toMatchObject([first]);
    for (const [video, frames] of Object.entries(stored)) {
      expect(await reader.of(second).count(video)).toBe(0);
      expect(await reader.of(second).deadFrames(video)).toEqual([]);
      expect(await reader.count(video)).toBe(frames.length);
      expect(await reader.deadFrames(video)).toHaveLength(1);
    }
    await expect(surveyResults(reader, 'second', [])).rejects.toMatchObject({ code: 'NO_SUCH_MODEL' });
  });

  it('keeps the place of the first version for it, and the videos that were not named', async () => {
    const url = freshStoreUrl();
    await storeVersion(url, first, stored, layout);
    await storeVersion(url, second, stored, layout);
    const store = await openStoreAt(url);
    await store.activate(second);
    const some = await surveyResults(store, 'first', ['dog', 'dgo']);
    expect(some).toMatchObject({
      whole: false,
      failed: [{ video: 'dgo', error: { code: 'NO_SUCH_VIDEO' } }],
    });
    expect(await deleteResults(store, some, atOnce)).toEqual({
      deleted: [{ video: 'dog', records: 4 }],
      failed: [],
      forgotten: false,
    });
    expect(await store.of(first).count('cat')).toBe(4);
    expect(await deleteResults(store, await surveyResults(store, 'first', []), atOnce)).toMatchObject({
      deleted: [{ video: 'ant' }, { video: 'cat' }],
      forgotten: true,
    });
    await storeVersion(url, first, { cat: [3] });
    await using client = await new MongoClient(url).connect();
    const primary = client.db().collection(layout === 'single' ? 'mvs.frames' : 'cat');
    expect(await primary.countDocuments()).toBe(1);
    expect(await store.versions()).toMatchObject([
      { ...second, active: true, primary: false },
      { ...first, active: false, primary: true },
    ]);
  });
});

describe('deleting the results of a version', () => {
  const setUp = async () => {
    const url = freshStoreUrl();
    await storeVersion(url, first, both);
    await storeVersion(url, second, both);
    return { url, store: await openStoreAt(url) };
  };

  it('is refused for the active one, also if it was activated meanwhile', async () => {
    const { store } = await setUp();
    await expect(surveyResults(store, 'first', ['cat'])).rejects.toMatchObject({ code: 'MODEL_IN_USE' });
    const survey = await surveyResults(store, 'second', []);
    await store.activate(second);
    const outcome = await deleteResults(store, survey, atOnce);
    expect(outcome).toMatchObject({
      deleted: [],
      failed: [{ video: 'cat', error: { code: 'MODEL_IN_USE' } }],
    });
    expect(await store.of(second).count('cat')).toBe(4);
  });

  it('does not forget it while a consumer stores its results', async () => {
    const { url, store } = await setUp();
    const survey = await surveyResults(store, 'second', []);
    await storeVersion(url, second, { cat: [15] });
    const outcome = await deleteResults(store, survey, atOnce);
    expect(outcome).toMatchObject({ forgotten: false, failed: [{ error: { code: 'MODEL_IN_USE' } }] });
    expect(await store.versions()).toMatchObject([first, second]);
    const again = await deleteResults(store, await surveyResults(store, 'second', []), atOnce);
    expect(again).toMatchObject({ forgotten: true });
  });

  it('waits before it forgets a version that was just used, and ends early on a signal', async () => {
    const { url, store } = await setUp();
    const stop = new AbortController();
    const waits: number[] = [];
    const survey = await surveyResults(store, 'second', []);
    const outcome = await deleteResults(store, survey, {
      signal: stop.signal,
      quietMs: 60_000,
      onWait: (ms) => {
        waits.push(ms);
        stop.abort(new MvsError('INTERRUPTED', 'enough'));
      },
    });
    expect(outcome).toMatchObject({ forgotten: false, failed: [{ error: { code: 'INTERRUPTED' } }] });
    expect(waits).toEqual([expect.closeTo(30_000, -5)]);
    await longUnused(url);
    const unused = await deleteResults(store, await surveyResults(store, 'second', []), { signal });
    expect(unused).toMatchObject({ deleted: [], forgotten: true });
  });

  it('is noticed by a consumer that goes on: its version is registered again', async () => {
    const { url, store } = await setUp();
    const consumer = (await openStoreAt(url)).of(second);
    await consumer.save([record('cat', 15)]);
    await deleteResults(store, await surveyResults(store, 'second', []), atOnce);
    expect(await store.versions()).toHaveLength(1);
    const before = performance.now();
    const now = vi.spyOn(performance, 'now').mockImplementation(() => before + notedEveryMs);
    await consumer.save([record('cat', 18)]).finally(() => {
      now.mockRestore();
    });
    expect(await store.versions()).toMatchObject([first, { ...second, active: false }]);
    expect(await store.of(second).count('cat')).toBe(1);
  });
});

describe('the list of versions', () => {
  it('counts the videos, frames and complete videos of each', async () => {
    const url = freshStoreUrl();
    await storeVersion(url, first, both);
    await storeVersion(url, second, { cat: published, bird: [3, 6] });
    expect(await lookAtVersions(() => openMongo(url))).toMatchObject({
      problem: null,
      videos: 3,
      versions: [
        { version: 'first@aaaaaaaaaaaa', active: true, videos: 2, frames: 8, complete: 2 },
        { version: 'second@bbbbbbbbbbbb', active: false, videos: 2, frames: 6, complete: 1 },
      ],
    });
  });

  it('says why there is none', async () => {
    const view = await lookAtVersions(() => openMongo('mongodb://127.0.0.1:1/x'));
    expect(view).toEqual({
      problem: expect.stringContaining('127.0.0.1:1') as string,
      videos: null,
      versions: null,
    });
  });
});
