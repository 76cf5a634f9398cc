import type { Db } from 'mongodb';
import { unknownDigest } from '../frames/model-version.js';
import { MongoLayout, type VideoFrames } from './mongo-layout.js';
import type { StoredVersion } from './port.js';

type Earlier = Omit<StoredVersion, 'active' | 'primary'>;

/**
 * The results of a database that an earlier mvs wrote, which name a model and no digest; undefined if there are none. Named after the model
 * of the first record of the first video.
 */
export async function earlierRecords(db: Db): Promise<Earlier | undefined> {
  const layout = await MongoLayout.of(db, undefined);
  for await (const { collection, scope, inOrder } of primaryPlaces(db, layout)) {
    const record = await collection.find(scope).sort(inOrder(1)).limit(1).next();
    if (!record) continue;
    const { model: name, processedAt } = record;
    return { name, digest: unknownDigest, facts: {}, firstUsed: processedAt, lastUsed: processedAt };
  }
  return undefined;
}

/** Whether all records of an earlier mvs are of this model: an earlier mvs stored whatever its consumers were started with. */
export async function areAllOf(db: Db, model: string): Promise<boolean> {
  const layout = await MongoLayout.of(db, undefined);
  for await (const { collection, scope } of primaryPlaces(db, layout))
    if (await collection.findOne({ ...scope, model: { $ne: model } }, { projection: { _id: 1 } }))
      return false;
  return true;
}

async function* primaryPlaces(db: Db, layout: MongoLayout): AsyncGenerator<VideoFrames> {
  const videos = db.collection<{ _id: string }>('mvs.videos');
  for await (const { _id: video } of videos.find({}, { projection: { _id: 1 } }).sort({ _id: 1 }))
    yield layout.frames(video);
}
