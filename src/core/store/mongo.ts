import { MongoClient, type Collection, type Db, type FindCursor } from 'mongodb';
import { defaultDatabase } from './defaults.js';
import { MvsError } from '../errors.js';
import type { EndOfVideo, FrameRecord, Sampling } from '../frame.js';
import { groupBy } from '../group-by.js';
import { connectError, insertNew, storeError } from './mongo-errors.js';
import { MongoDeadLetters } from './mongo-dead-letters.js';
import { summarise } from './mongo-summary.js';
import { MongoVideos } from './mongo-videos.js';
import { findFrames } from './mongo-frames.js';
import { readGlimpses } from './mongo-glimpses.js';
import type {
  DeadFrame,
  FrameQuery,
  GlimpsedFrame,
  Progression,
  RecordStore,
  SaveResult,
  VideoInfo,
  VideoSummary,
} from './port.js';
import { toDocument, toRecord, type FrameDocument } from './mongo-documents.js';

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
    throw connectError(error, client.options.tls);
  }
  const named = new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/]*/, 'mongodb://h')).pathname.slice(1);
  return new MongoStore(client, client.db(decodeURIComponent(named) || defaultDatabase));
}

function createClient(url: string): MongoClient {
  try {
    return new MongoClient(url, {
      appName: 'mvs',
      serverSelectionTimeoutMS: 3000,
      // A server that hangs is one that is away.
      connectTimeoutMS: 3000,
      socketTimeoutMS: 10_000,
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
  readonly #videos: MongoVideos;
  readonly #deadLetters: MongoDeadLetters;

  constructor(client: MongoClient, db: Db) {
    this.#client = client;
    this.#db = db;
    this.#videos = new MongoVideos(db);
    this.#deadLetters = new MongoDeadLetters(db);
  }

  async claim(sampling: Sampling): Promise<void> {
    const { video } = sampling;
    await attempt(`registering ${video}`, async () => {
      if (!(await this.#videos.claim(sampling))) return;
      try {
        await this.#frames(video).createIndex({ frame: 1 }, { unique: true }, undefined);
      } catch (error) {
        // The next attempt has to make it.
        this.#videos.forget(sampling);
        throw error;
      }
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

  async finish(end: EndOfVideo): Promise<void> {
    await attempt(`closing ${end.video}`, () => this.#videos.finish(end));
  }

  async noteDeadLetters(frames: readonly DeadFrame[]): Promise<void> {
    await attempt('noting dead letters', () => this.#deadLetters.note(frames));
  }

  async videos(): Promise<readonly VideoInfo[]> {
    return attempt('listing the videos', () => this.#videos.list());
  }

  async video(name: string): Promise<VideoInfo | undefined> {
    return attempt(`looking up ${name}`, () => this.#videos.find(name));
  }

  async count(video: string): Promise<number> {
    return attempt(`counting ${video}`, () => this.#frames(video).countDocuments());
  }

  async summary(video: string, count?: Progression): Promise<VideoSummary> {
    return attempt(`summing up ${video}`, () => summarise(this.#frames(video), count));
  }

  async *frames(video: string, query: FrameQuery = {}): AsyncGenerator<FrameRecord> {
    const cursor = findFrames(this.#frames(video), query);
    for await (const document of reading(video, cursor)) yield toRecord(video, document);
  }

  async *glimpses(video: string): AsyncGenerator<readonly GlimpsedFrame[]> {
    try {
      yield* readGlimpses(this.#db, video);
    } catch (error) {
      throw storeError(error, `reading ${video}`);
    }
  }

  async labels(video: string): Promise<readonly string[]> {
    return attempt(`looking up the labels of ${video}`, () => this.#frames(video).distinct('label'));
  }

  async *frameNumbers(video: string): AsyncGenerator<number> {
    const onlyFrame = { projection: { _id: 0, frame: 1 } };
    const cursor = this.#frames(video).find({}, onlyFrame).sort({ frame: 1 });
    for await (const { frame } of reading(video, cursor)) yield frame;
  }

  async deadFrames(video: string): Promise<readonly DeadFrame[]> {
    return attempt(`looking up the dead letters of ${video}`, async () => {
      const noted = await this.#deadLetters.of(video);
      if (noted.length === 0) return [];
      const frames = noted.map(({ frame }) => frame);
      const stored = await this.#frames(video).distinct('frame', { frame: { $in: frames } });
      const since = new Set<number>(stored);
      return noted.filter(({ frame }) => !since.has(frame));
    });
  }

  async remove(video: string): Promise<void> {
    await attempt(`removing ${video}`, async () => {
      await this.#frames(video).drop();
      await this.#deadLetters.remove(video);
      await this.#videos.remove(video);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }

  #frames(video: string): Collection<FrameDocument> {
    return this.#db.collection(video);
  }
}

async function* reading<T>(video: string, cursor: FindCursor<T>): AsyncGenerator<T> {
  try {
    yield* cursor;
  } catch (error) {
    throw storeError(error, `reading ${video}`);
  } finally {
    await cursor.close();
  }
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, doing);
  }
}
