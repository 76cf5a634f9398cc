import { MongoClient } from 'mongodb';
import { record } from '../contract/store/store.js';
import { fingerprint } from './pipeline.js';

/** Stores a video "long" and other ones of one frame each, with the driver: `consume` would take a minute. */
export async function fillStore(url: string, frames: number, others: number): Promise<void> {
  const client = new MongoClient(url);
  try {
    const db = client.db();
    // Few records make a large document where their labels are long.
    const label = 'tabby, '.repeat(60);
    const insert = async (video: string, count: number): Promise<void> => {
      const records = Array.from({ length: count }, (_, n) => record(video, n + 1, { label }));
      const documents = records.map(({ video: _video, ...each }) => ({ _id: each.frame, ...each }));
      await db.collection<{ _id: number }>(video).insertMany(documents, { ordered: false });
    };
    const names = Array.from({ length: others }, (_, n) => `video-${n}`);
    await Promise.all([insert('long', frames), ...names.map((name) => insert(name, 1))]);
    const videos = ['long', ...names].map((_id) => ({
      ...{ _id, fingerprint, begun: { 1: true }, firstSeen: new Date() },
    }));
    await db.collection<{ _id: string }>('mvs.videos').insertMany(videos);
  } finally {
    await client.close();
  }
}
