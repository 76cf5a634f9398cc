import { MongoClient } from 'mongodb';
import type { StoreLayout } from '../../src/core/store/defaults.js';
import type { ModelVersion } from '../../src/core/frames/model-version.js';
import { openMongo } from '../../src/core/store/mongo.js';
import { deadFrame, endOf, record, runOf } from '../contract/store/store.js';
import { version } from './versions.js';

export const [first, second] = [version('first', 'a'), version('second', 'b')];

/** The published frames of every video: every third of twelve. */
export const published = [3, 6, 9, 12];

/** Stores frames of one version, by video, with the totals of each video and a dead letter. */
export async function storeVersion(
  url: string,
  of: ModelVersion,
  videos: Readonly<Record<string, readonly number[]>>,
  layout?: StoreLayout,
): Promise<void> {
  await using store = await openMongo(url, layout);
  const results = store.of(of);
  for (const [video, frames] of Object.entries(videos)) {
    await results.claim(runOf(video));
    await results.save(frames.map((frame) => record(video, frame, { label: of.name, model: of.name })));
    await results.noteDeadLetters([deadFrame(video, 99)]);
    await results.finish(endOf(video, 3, 12));
  }
}

/** As if no consumer had stored anything for long. */
export async function longUnused(url: string): Promise<void> {
  await using client = await new MongoClient(url).connect();
  const versions = client.db().collection('mvs.models');
  await versions.updateMany({}, { $set: { lastUsed: new Date('2026-01-01') } });
}
