import { describe, expect, it } from 'vitest';
import { unknownDigest, versionId, type ModelVersion } from '../../../src/core/frames/model-version.js';
import type { RecordStore } from '../../../src/core/store/port.js';
import { numbersIn, version } from '../../support/versions.js';
import { deadFrame, endOf, record, runOf } from './store.js';

const [a, b] = [version('first', 'a'), version('second', 'b')];

/** Stores frames of one version, each with the version's name as label. */
async function fill(store: RecordStore, of: ModelVersion, video: string, frames: readonly number[]) {
  const results = store.of(of);
  await results.claim(runOf(video));
  return results.save(frames.map((frame) => record(video, frame, { label: of.name, model: of.name })));
}

/**
 * What every store adapter promises about model versions.
 * @param open gives an empty store of its own, as often as it is called for the same one
 */
export function versionsContract(open: () => Promise<() => Promise<RecordStore>>): void {
  describe('model versions', () => {
    it('have results of their own: a frame is stored once for each', async () => {
      const store = await (await open())();
      expect(await fill(store, a, 'cat', [3, 6, 9])).toEqual({ stored: 3, duplicates: 0 });
      expect(await fill(store, b, 'cat', [3, 6])).toEqual({ stored: 2, duplicates: 0 });
      expect(await fill(store, b, 'cat', [6, 9])).toEqual({ stored: 1, duplicates: 1 });
      for (const each of [a, b]) {
        const results = store.of(each);
        expect(await numbersIn(results, 'cat')).toEqual([3, 6, 9]);
        expect(await results.count('cat')).toBe(3);
        expect(await results.labels('cat')).toEqual([each.name]);
        expect((await results.summary('cat')).labels).toMatchObject([{ label: each.name, count: 3 }]);
        const pages = [];
        for await (const page of results.glimpses('cat')) pages.push(...page);
        expect(pages.map(({ label }) => label)).toEqual([each.name, each.name, each.name]);
        for await (const frame of results.frames('cat'))
          expect(frame).toMatchObject({ model: each.name, modelVersion: versionId(each) });
      }
    });

    it('with the same name but other content are not mixed', async () => {
      const store = await (await open())();
      const [old, trained] = [version('net', '1'), version('net', '2')];
      await fill(store, old, 'cat', [1, 2]);
      await fill(store, trained, 'cat', [1]);
      expect(await store.of(old).count('cat')).toBe(2);
      expect(await store.of(trained).count('cat')).toBe(1);
    });

    it('share the videos, their totals, and the names of others', async () => {
      const store = await (await open())();
      await fill(store, a, 'cat', [3]);
      await store.of(b).claim(runOf('cat'));
      await store.of(b).finish(endOf('cat', 3, 9));
      expect(await store.of(a).video('cat')).toMatchObject({ samplings: [{ end: { framesPublished: 3 } }] });
      const conflict = store.of(b).claim(runOf('cat', { fingerprint: 'cd'.repeat(32) }));
      await expect(conflict).rejects.toMatchObject({ code: 'VIDEO_CONFLICT' });
    });

    it('have dead letters of their own', async () => {
      const store = await (await open())();
      await fill(store, a, 'cat', [3, 6]);
      await fill(store, b, 'cat', [3]);
      await store.of(b).noteDeadLetters([deadFrame('cat', 6)]);
      expect(await store.of(a).deadFrames('cat')).toEqual([]);
      expect(await store.of(b).deadFrames('cat')).toMatchObject([{ frame: 6 }]);
    });

    it('answer by default from the first one, until another is activated', async () => {
      const reopen = await open();
      const store = await reopen();
      expect((await reopen()).version).toBeUndefined();
      await fill(store, a, 'cat', [3, 6]);
      await fill(store, b, 'cat', [3]);
      const before = await reopen();
      expect([before.version?.name, await before.count('cat')]).toEqual(['first', 2]);
      expect(await store.versions()).toMatchObject([
        { ...a, active: true },
        { ...b, active: false },
      ]);
      await store.activate(b);
      const after = await reopen();
      expect([after.version?.name, await after.count('cat')]).toEqual(['second', 1]);
      // A consumer that goes on with the other one changes nothing.
      await fill(store, a, 'dog', [3]);
      expect((await reopen()).version?.name).toBe('second');
    });

    it('begin at the same moment without losing anything', async () => {
      const reopen = await open();
      const frames = Array.from({ length: 40 }, (_, n) => n + 1);
      const writers = [a, b, a, b, a, b].map(async (each) => fill(await reopen(), each, 'cat', frames));
      const saved = await Promise.all(writers);
      expect(saved.reduce((sum, { stored }) => sum + stored, 0)).toBe(80);
      const store = await reopen();
      for (const each of [a, b]) expect(await numbersIn(store.of(each), 'cat')).toEqual(frames);
      expect((await store.versions()).filter(({ active }) => active)).toHaveLength(1);
    });

    it('go with their video, or one by one', async () => {
      const store = await (await open())();
      for (const video of ['cat', 'dog']) for (const each of [a, b]) await fill(store, each, video, [3]);
      await store.of(a).removeResults('dog');
      expect([await store.of(a).count('dog'), await store.of(b).count('dog')]).toEqual([0, 1]);
      await store.remove('cat');
      expect([await store.of(a).count('cat'), await store.of(b).count('cat')]).toEqual([0, 0]);
      expect(await store.video('cat')).toBeUndefined();
      expect(await store.of(b).count('dog')).toBe(1);
      // The collection is gone, but not its index.
      await fill(store, b, 'cat', [3]);
      expect(await fill(store, b, 'cat', [3])).toEqual({ stored: 0, duplicates: 1 });
    });

    it('that are registered again have their hierarchy still', async () => {
      const reopen = await open();
      const consumer = (await reopen()).of(b);
      await consumer.keepHierarchy(b, 'of b');
      await fill(consumer, b, 'cat', [3]);
      expect(await (await reopen()).forgetVersion(b)).toBe(true);
      expect(await consumer.versions()).toEqual([]);
      await fill(await reopen(), b, 'cat', [6]);
      expect(await (await reopen()).of(b).hierarchy()).toBe('of b');
    });
  });

  describe('records of an earlier mvs, which name only a model', () => {
    /** As a store does that knows of no version. */
    const earlier = async (reopen: () => Promise<RecordStore>, model: string): Promise<void> => {
      const store = await reopen();
      await store.claim(runOf('cat'));
      await store.save([record('cat', 3, { model }), record('cat', 6, { model })]);
    };

    it('are the answers as before', async () => {
      const reopen = await open();
      await earlier(reopen, 'first');
      const store = await reopen();
      expect(store.version).toMatchObject({ name: 'first', digest: unknownDigest });
      expect(await numbersIn(store, 'cat')).toEqual([3, 6]);
    });

    it('are continued by the same model', async () => {
      const reopen = await open();
      await earlier(reopen, 'first');
      const store = await reopen();
      expect(await fill(store, a, 'cat', [6, 9])).toEqual({ stored: 1, duplicates: 1 });
      expect(await store.versions()).toMatchObject([{ ...a, active: true }]);
      expect(await numbersIn(await reopen(), 'cat')).toEqual([3, 6, 9]);
    });

    it('of several models are continued by none of them', async () => {
      const reopen = await open();
      await earlier(reopen, 'first');
      const old = await reopen();
      await old.claim(runOf('dog'));
      await old.save([record('dog', 3, { model: 'other' })]);
      const store = await reopen();
      expect(await fill(store, a, 'dog', [3])).toEqual({ stored: 1, duplicates: 0 });
      expect(await fill(store, version('other', 'c'), 'dog', [3])).toEqual({ stored: 1, duplicates: 0 });
      const ids = (await store.versions()).map((each) => [versionId(each), each.active]);
      expect(ids).toContainEqual([`first@${unknownDigest}`, true]);
      expect(ids).toHaveLength(3);
      expect(await numbersIn(await reopen(), 'cat')).toEqual([3, 6]);
    });

    it('can be read while a consumer adopts them', async () => {
      const reopen = await open();
      await earlier(reopen, 'first');
      const reader = await reopen();
      await fill(await reopen(), a, 'cat', [9]);
      expect(await numbersIn(reader, 'cat')).toEqual([3, 6, 9]);
    });

    it('stay what they are beside another model', async () => {
      const reopen = await open();
      await earlier(reopen, 'first');
      const store = await reopen();
      expect(await fill(store, b, 'cat', [6, 9])).toEqual({ stored: 2, duplicates: 0 });
      expect((await store.versions()).map(({ name, active }) => [name, active])).toEqual([
        ['first', true],
        ['second', false],
      ]);
      expect(await numbersIn(await reopen(), 'cat')).toEqual([3, 6]);
      expect(await numbersIn(store.of(b), 'cat')).toEqual([6, 9]);
    });
  });
}
