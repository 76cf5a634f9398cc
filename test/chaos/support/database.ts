import { MongoClient } from 'mongodb';
import { onTestFinished } from 'vitest';
import { freshName } from '../../support/fresh.js';

/** No video's collection has such a name. */
const bookkeeping = 'mvs.';

/** A database of one test's own, read past all code of ours; it goes away with the server. */
export class Database {
  readonly name = freshName('db');
  readonly #client: MongoClient;

  /** @param url of the server itself, not of the proxy */
  constructor(url: string) {
    this.#client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 });
    onTestFinished(() => this.#client.close());
  }

  /** All documents of all videos as "video:frame": a frame that was stored twice is there twice. */
  async frames(): Promise<string[]> {
    const db = this.#client.db(this.name);
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    const videos = collections.map(({ name }) => name).filter((name) => !name.startsWith(bookkeeping));
    const frames = await Promise.all(
      videos.map(async (video) => {
        const documents = await db.collection<{ frame: number }>(video).find().toArray();
        return documents.map(({ frame }) => `${video}:${frame}`);
      }),
    );
    return frames.flat();
  }
}
