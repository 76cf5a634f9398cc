import { describe, expect, it } from 'vitest';
import { compare, sidesOf } from '../../../src/core/answers/compare.js';
import type { FrameRecord } from '../../../src/core/frames/frame.js';
import type { ModelVersion } from '../../../src/core/frames/model-version.js';
import { storeLayouts, type StoreLayout } from '../../../src/core/store/defaults.js';
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

it('compares across the pages in which records are read', async () => {
  // A page has 16,384 frames.
  const left = Array.from({ length: 16_400 }, (_, n) => record('cat', n + 1));
  const right = [5, 16_383, 16_384, 16_385, 16_386].map((frame) => record('cat', frame, { label: 'dog' }));
  const store = await withVersions('single', [
    [float, left.filter(({ frame }) => frame !== 16_385)],
    [int8, right],
  ]);
  const diff = await diffOf(store, 'net', 'net-int8');
  expect(diff).toMatchObject({ compared: 4, changed: 4, agreement: 0, segmentCount: 1 });
  expect(diff.videos).toMatchObject([
    {
      onlyA: {
        count: 16_395,
        frames: [
          { from: 1, to: 4, count: 4 },
          { from: 6, to: 16_382, count: 16_377 },
          { from: 16_387, to: 16_400, count: 14 },
        ],
      },
      onlyB: { count: 1, frames: [{ from: 16_385, to: 16_385, count: 1 }] },
    },
  ]);
});

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
