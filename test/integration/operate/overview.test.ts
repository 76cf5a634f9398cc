import { expect, it, onTestFinished } from 'vitest';
import { lookAtStore } from '../../../src/core/operate/overview-store.js';
import { openMongo } from '../../../src/core/store/mongo.js';
import { record } from '../../contract/store/store.js';
import { freshStoreUrl } from '../../support/fresh.js';

const video = { video: 'cat', fingerprint: 'ab'.repeat(32), sampling: 'every=3' };
const totals = { framesDecoded: 10, framesPublished: 3, width: 1, height: 1, fps: 5, damaged: false };

it.each([
  [[3, 6, 9], { complete: 1, inWork: [] }],
  [[3, 6], { complete: 0, inWork: ['cat'] }],
  [[3, 6, 7], { complete: 0, inWork: ['cat'] }],
  [[3, 6, 7, 9], { complete: 0, inWork: ['cat'] }],
])('of the frames 3, 6 and 9, with %j stored, the overview says %j', async (frames, view) => {
  const url = freshStoreUrl();
  const store = await openMongo(url);
  onTestFinished(() => store[Symbol.asyncDispose]());
  await store.claim(video);
  await store.save(frames.map((frame) => record('cat', frame)));
  await store.finish({ ...video, ...totals, source: 'cat.webm' });
  expect(await lookAtStore({ store: url, openStore: () => openMongo(url) })).toMatchObject(view);
});
