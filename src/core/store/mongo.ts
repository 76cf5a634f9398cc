import { MongoClient, type Collection, type Db, type Document } from 'mongodb';
import { MvsError } from '../errors.js';
import type { FrameRecord } from '../frame.js';
import { groupBy } from '../group-by.js';
import { insertNew, isDuplicateKey, storeError } from './mongo-errors.js';
import type { LabelSummary, RecordStore, SaveResult, VideoInfo } from './port.js';
import { toDocument, toEnd, toRecord, type FrameDocument, type VideoDocument } from './mongo-documents.js';

const defaultDatabase = 'video-stream-records';
/** Reserved by `videoNameProblem`: no video's own collection can have this name. */
const videosCollection = 'mvs.videos';
/** Names and fingerprints that this process has claimed; beyond this many, old ones are asked for again. */
const maxClaims = 10_000;

/**
 * Opens the database that the URL names (`video-stream-records` where it names none).
 * @throws MvsError STORE_UNAVAILABLE where nothing answers, CONFIG where the URL is not one.
 */
export async function openMongo(url: string): Promise<RecordStore> {
  const client = createClient(url);
  try {
    await client.connect();
    await client.db().command({ ping: 1 });
  } catch (error) {
    await client.close();
    throw storeError(error, 'connecting to MongoDB');
  }
  const named = new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/]*/, 'mongodb://h')).pathname.slice(1);
  return new MongoStore(client, client.db(decodeURIComponent(named) || defaultDatabase));
}

function createClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'mvs',
      serverSelectionTimeoutMS: 3000,
      // Offsets are committed on the strength of this answer.
      writeConcern: { w: 'majority', journal: true },
      ignoreUndefined: true,
    });
  } catch (cause) {
    // The driver's message may quote the URL, and with it a password.
    throw new MvsError('CONFIG', 'the address of the database is not a MongoDB URL', {
      cause,
      hint: 'Give --store or MVS_STORE as mongodb://host:27017/database.',
    });
  }
}

class MongoStore implements RecordStore {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #videos: Collection<VideoDocument>;
  readonly #claims = new Map<string, string>();

  constructor(client: MongoClient, db: Db) {
    this.#client = client;
    this.#db = db;
    this.#videos = db.collection(videosCollection);
  }

  async claim(video: string, fingerprint: string): Promise<void> {
    const known = this.#claims.get(video) ?? (await this.#register(video, fingerprint));
    if (known === fingerprint) return;
    throw new MvsError('VIDEO_CONFLICT', `the name ${video} belongs to a video with other content`, {
      hint: 'Produce the file under another name with --name.',
    });
  }

  async #register(video: string, fingerprint: string): Promise<string> {
    return attempt(`registering ${video}`, async () => {
      await this.#videos
        .updateOne({ _id: video }, { $setOnInsert: { fingerprint, firstSeen: new Date() } }, { upsert: true })
        .catch((error: unknown) => {
          // Two consumers saw the video at the same moment; one of them has registered it.
          if (!isDuplicateKey(error)) throw error;
        });
      const owner = await this.#videos.findOne({ _id: video });
      await this.#frames(video).createIndex({ frame: 1 }, { unique: true }, undefined);
      const known = owner?.fingerprint ?? fingerprint;
      const oldest = this.#claims.size >= maxClaims ? this.#claims.keys().next().value : undefined;
      if (oldest !== undefined) this.#claims.delete(oldest);
      this.#claims.set(video, known);
      return known;
    });
  }

  async save(records: readonly FrameRecord[]): Promise<SaveResult> {
    const byVideo = groupBy(records, ({ video }) => video);
    const stored = await attempt('storing records', () =>
      Promise.all(
        Array.from(byVideo, ([video, group]) => insertNew(this.#frames(video), group.map(toDocument))),
      ),
    );
    const total = stored.reduce((sum, count) => sum + count, 0);
    return { stored: total, duplicates: records.length - total };
  }

  async finish(end: Parameters<RecordStore['finish']>[0]): Promise<void> {
    const { video, fingerprint, ...totals } = end;
    await attempt(`closing ${video}`, () =>
      this.#videos.updateOne(
        { _id: video },
        { $set: { [`ends.${end.every}`]: totals }, $setOnInsert: { fingerprint, firstSeen: new Date() } },
        { upsert: true },
      ),
    );
  }

  async videos(): Promise<readonly VideoInfo[]> {
    return attempt('listing the videos', async () => {
      const found = await this.#videos.find().sort({ _id: 1 }).toArray();
      return found.map(toInfo);
    });
  }

  async video(name: string): Promise<VideoInfo | undefined> {
    const found = await attempt(`looking up ${name}`, () => this.#videos.findOne({ _id: name }));
    return found ? toInfo(found) : undefined;
  }

  async count(video: string): Promise<number> {
    return attempt(`counting ${video}`, () => this.#frames(video).countDocuments());
  }

  async labels(video: string): Promise<readonly LabelSummary[]> {
    const group: Document = {
      _id: { label: '$label', classIndex: '$classIndex' },
      count: { $sum: 1 },
      meanConfidence: { $avg: '$confidence' },
      firstFrame: { $min: '$frame' },
      lastFrame: { $max: '$frame' },
      firstTime: { $min: '$time' },
      lastTime: { $max: '$time' },
    };
    return attempt(`summing up ${video}`, async () => {
      const rows = await this.#frames(video)
        .aggregate<
          Omit<LabelSummary, 'label' | 'classIndex'> & { _id: Pick<LabelSummary, 'label' | 'classIndex'> }
        >([{ $group: group }, { $sort: { count: -1, firstFrame: 1 } }])
        .toArray();
      return rows.map(({ _id, ...row }) => ({ ..._id, ...row }));
    });
  }

  async *frames(video: string, { limit = 0 }: { limit?: number } = {}): AsyncGenerator<FrameRecord> {
    const cursor = this.#frames(video).find().sort({ frame: 1 }).limit(limit);
    try {
      for await (const document of cursor) yield toRecord(video, document);
    } catch (error) {
      throw storeError(error, `reading ${video}`);
    } finally {
      await cursor.close();
    }
  }

  async remove(video: string): Promise<void> {
    await attempt(`removing ${video}`, async () => {
      await this.#frames(video).drop();
      await this.#videos.deleteOne({ _id: video });
    });
    this.#claims.delete(video);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }

  #frames(video: string): Collection<FrameDocument> {
    return this.#db.collection(video);
  }
}

function toInfo({ _id: video, fingerprint, ends = {} }: VideoDocument): VideoInfo {
  return { video, fingerprint, ends: Object.values(ends).map((totals) => toEnd(video, fingerprint, totals)) };
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, doing);
  }
}
