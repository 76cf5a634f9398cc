import { MongoClient, type Db } from 'mongodb';
import { onTestFinished } from 'vitest';
import { freshName } from '../../support/fresh.js';

/** No video's collection has such a name. */
const bookkeeping = 'mvs.';
/** The collections of a version that is not the first one begin like this. */
const ofVersion = /^mvs\.model=[0-9a-f]+\./;

/** A database of one test's own, read past all code of ours; it goes away with the server. */
export class Database {
  readonly name = freshName('db');
  readonly #client: MongoClient;

  /** @param url of the server itself, not of the proxy */
  constructor(url: string) {
    this.#client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 });
    onTestFinished(() => this.#client.close());
  }

  /** The URL of this database on such a server. */
  urlAt(server: string): string {
    return new URL(`/${this.name}`, server).href;
  }

  /** How many documents all videos have. */
  async count(): Promise<number> {
    const counts = (await this.#videos()).map((video) => this.#db.collection(video).estimatedDocumentCount());
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** All documents of all videos as "video:frame": a frame that was stored twice is there twice. */
  async frames(): Promise<string[]> {
    return this.#framesIn(await this.#videos());
  }

  /** The same of each further model version: those that were stored after the first one. */
  async framesOfOthers(): Promise<string[][]> {
    const collections = await this.#collections();
    const places = new Set(collections.flatMap((name) => ofVersion.exec(name)?.[0] ?? []));
    const all = [...places].map((place) =>
      this.#framesIn(
        collections.filter((name) => name.startsWith(place)),
        place,
      ),
    );
    return Promise.all(all);
  }

  /** How many documents of all versions have objects, as those of a detector do. */
  async detections(): Promise<number> {
    const collections = (await this.#collections()).filter(
      (name) => ofVersion.test(name) || !name.startsWith(bookkeeping),
    );
    const counts = collections.map((name) =>
      this.#db.collection(name).countDocuments({ 'objects.0': { $exists: true } }),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  async #framesIn(collections: readonly string[], place = ''): Promise<string[]> {
    const frames = await Promise.all(
      collections.map(async (name) => {
        const documents = await this.#db.collection<{ frame: number }>(name).find().toArray();
        return documents.map(({ frame }) => `${name.slice(place.length)}:${frame}`);
      }),
    );
    return frames.flat();
  }

  get #db(): Db {
    return this.#client.db(this.name);
  }

  async #videos(): Promise<string[]> {
    return (await this.#collections()).filter((name) => !name.startsWith(bookkeeping));
  }

  async #collections(): Promise<string[]> {
    const collections = await this.#db.listCollections({}, { nameOnly: true }).toArray();
    return collections.map(({ name }) => name);
  }
}
