import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { compare, sidesOf } from '../../../src/core/answers/compare.js';
import type { Side } from '../../../src/core/answers/diff.js';
import type { FrameRecord } from '../../../src/core/frames/frame.js';
import type { ModelVersion } from '../../../src/core/frames/model-version.js';
import { storeLayouts, type StoreLayout } from '../../../src/core/store/defaults.js';
import { readGlimpses } from '../../../src/core/store/mongo-glimpses.js';
import { MongoLayout } from '../../../src/core/store/mongo-layout.js';
import type { RecordStore } from '../../../src/core/store/port.js';
import { record } from '../../contract/store/store.js';
import { freshStoreUrl, openStoreAt } from '../../support/fresh.js';

const { signal } = new AbortController();
const options = { limit: 3, signal, frames: true };
const run = { fingerprint: 'ab'.repeat(32), sampling: 'every=1' };
const [float, int8, retrained] = [
  ['net', 'a'],
  ['net-int8', 'b'],
  ['net', 'c'],
].map(([name = '', digit = '']) => ({ name, digest: digit.repeat(64), facts: {} })) as [
  ModelVersion,
  ModelVersion,
  ModelVersion,
];

async function withVersions(layout: StoreLayout, versions: readonly [ModelVersion, FrameRecord[]][]) {
  const url = freshStoreUrl();
  const store = await openStoreAt(url, layout);
  for (const [version, records] of versions) {
    const results = store.of(version);
    for (const video of new Set(records.map(({ video }) => video))) await results.claim({ video, ...run });
    await results.save(records);
  }
  return openStoreAt(url);
}

async function diffOf(store: RecordStore, a: string, b: string, videos = ['cat']) {
  return compare(await sidesOf(store, a, b), videos, options);
}

const tabby = 'tabby, tabby cat';

it.each([1, 2, 3, 5])(
  'compares across pages of %i frames at most, and counts a frame once that is stored twice',
  async (size) => {
    const url = freshStoreUrl();
    await using client = await new MongoClient(url).connect();
    const layout = await MongoLayout.of(client.db(), 'collection-per-video');
    const sideOf = async (id: string, numbers: readonly number[], label: string): Promise<Side> => {
      const frames = layout.frames('cat', id);
      await frames.collection.insertMany(
        numbers.map((frame, n) => ({ ...record('cat', frame, { label }), _id: String(n) })),
      );
      return { id, results: { glimpses: () => readGlimpses(client.db(), frames, { size }) } };
    };
    const a = await sideOf('a', [1, 2, 2, 2, 5, 7, 8, 9, 9], tabby);
    const b = await sideOf('b', [2, 3, 3, 5, 5, 5, 7, 8, 10, 11], 'dog');
    const { videos, ...diff } = await compare([a, b], ['cat'], options);
    expect(diff).toMatchObject({ compared: 4, changed: 4, segmentCount: 1, onlyA: 2, onlyB: 3 });
    expect(videos[0]?.onlyA.frames.map(({ from }) => from)).toEqual([1, 9]);
    expect(videos[0]?.onlyB.frames.map(({ from, to }) => [from, to])).toEqual([
      [3, 3],
      [10, 11],
    ]);
  },
);

describe.each(storeLayouts)('two versions in the layout %s', (layout) => {
  it('are compared frame by frame, and what only one of them has is named', async () => {
    const left = [1, 2, 3, 4, 5].map((frame) => record('cat', frame));
    const right = [1, 3, 4, 5, 6].map((frame) =>
      record('cat', frame, frame > 3 ? { label: 'dog', confidence: 0.75 } : {}),
    );
    const store = await withVersions(layout, [
      [float, left],
      [int8, [...right, record('dog', 1), record('dog', 2)]],
    ]);
    expect(await diffOf(store, 'net', 'net-int8', ['cat', 'dog'])).toEqual({
      ...{ a: 'net@aaaaaaaaaaaa', b: 'net-int8@bbbbbbbbbbbb', compared: 4, changed: 2, agreement: 0.5 },
      ...{ meanConfidenceChange: 0.125, onlyA: 1, onlyB: 3 },
      videos: [
        {
          ...{ video: 'cat', compared: 4, changed: 2, agreement: 0.5, meanConfidenceChange: 0.125 },
          onlyA: { count: 1, frames: [{ from: 2, to: 2, count: 1 }] },
          onlyB: { count: 1, frames: [{ from: 6, to: 6, count: 1 }] },
        },
        {
          ...{ video: 'dog', compared: 0, changed: 0, agreement: null, meanConfidenceChange: null },
          onlyA: { count: 0, frames: [] },
          onlyB: { count: 2, frames: [{ from: 1, to: 2, count: 2 }] },
        },
      ],
      ...{ changeCount: 1, changes: [{ from: tabby, to: 'dog', count: 2 }], segmentCount: 1 },
      segments: [expect.objectContaining({ video: 'cat', firstFrame: 4, lastFrame: 5, frames: 2 })],
      frames: [4, 5].map((frame) => ({
        ...{ video: 'cat', frame, time: frame / 25 },
        from: { label: tabby, classIndex: 281, confidence: 0.5 },
        to: { label: 'dog', classIndex: 281, confidence: 0.75 },
      })),
    });
  });

  it('of one name are distinguished by their digests', async () => {
    const store = await withVersions(layout, [
      [float, [record('cat', 1)]],
      [retrained, [record('cat', 1, { label: 'dog' })]],
    ]);
    expect(await diffOf(store, 'net@aaaa', 'net@cccccccc')).toMatchObject({ compared: 1, changed: 1 });
    await expect(diffOf(store, 'net', 'net@cccc')).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringMatching(/net@aaaaaaaaaaaa.*net@cccccccccccc/) as string,
    });
    await expect(diffOf(store, 'net@aaaaaa', 'net@aaaa')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(diffOf(store, 'net@aaaa', 'nett')).rejects.toMatchObject({
      code: 'NO_SUCH_MODEL',
      hint: expect.stringMatching(/Did you mean "net"\?.*net@aaaaaaaaaaaa/) as string,
    });
  });
});
