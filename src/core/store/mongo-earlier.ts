import type { Db } from 'mongodb';
import { unknownDigest } from '../frames/model-version.js';
import { MongoLayout } from './mongo-layout.js';
import type { StoredVersion } from './port.js';

/** Videos may have no record yet; more than this many without one are not expected. */
const videosToLookAt = 20;

/** The model of a database that an earlier mvs wrote, without digests: that of its first record. Undefined if there is none. */
export async function modelOfEarlierRecords(
  db: Db,
): Promise<Omit<StoredVersion, 'active' | 'primary'> | undefined> {
  const layout = await MongoLayout.of(db, undefined);
  const videos = db.collection<{ _id: string; firstSeen?: Date }>('mvs.videos');
  for await (const { _id: video } of videos.find().sort({ firstSeen: 1 }).limit(videosToLookAt)) {
    const { collection, scope, inOrder } = layout.frames(video);
    const record = await collection.find(scope).sort(inOrder(1)).limit(1).next();
    if (!record) continue;
    const { model: name, processedAt } = record;
    return { name, digest: unknownDigest, facts: {}, firstUsed: processedAt, lastUsed: processedAt };
  }
  return undefined;
}
