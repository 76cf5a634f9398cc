import type { Db, FindCursor, MongoClient } from 'mongodb';
import type { StoreLayout } from './defaults.js';
import type { EndOfVideo, FrameRecord, VideoRun } from '../frames/frame.js';
import { groupBy } from '../base/group-by.js';
import { connect } from './mongo-client.js';
import { attempt, insertNew, storeError } from './mongo-errors.js';
import { MongoDeadLetters } from './mongo-dead-letters.js';
import { summarise } from './mongo-summary.js';
import { MongoLayout, type VideoFrames } from './mongo-layout.js';
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
import { toRecord, type FrameDocument } from './mongo-documents.js';

/**
 * Opens the database that the URL names (`video-stream-records` if it names none).
 * @param layout the layout for a database that has none yet
 * @throws MvsError STORE_UNAVAILABLE if no server answers, CONFIG if the URL is invalid or the database has another layout.
 */
export function openMongo(url: string, layout?: StoreLayout): Promise<RecordStore> {
  return connect(url, async ({ client, db }) => new MongoStore(client, db, await MongoLayout.of(db, layout)));
}

class MongoStore implements RecordStore {
  readonly #client: MongoClient;
  readonly #db: Db;
  readonly #videos: MongoVideos;
  readonly #deadLetters: MongoDeadLetters;
  readonly #layout: MongoLayout;

  constructor(client: MongoClient, db: Db, layout: MongoLayout) {
    this.#layout = layout;
    this.#client = client;
    this.#db = db;
    this.#videos = new MongoVideos(db);
    this.#deadLetters = new MongoDeadLetters(db);
  }

  async claim(run: VideoRun): Promise<void> {
    const { video } = run;
    await attempt(`registering ${video}`, async () => {
      if (!(await this.#videos.claim(run))) return;
      try {
        await this.#layout.prepare(video);
      } catch (error) {
        // The next attempt has to make it.
        this.#videos.forget(run);
        throw error;
      }
    });
  }

  async save(records: readonly FrameRecord[]): Promise<SaveResult> {
    const stored = await attempt('storing records', async () => {
      await this.#layout.refresh();
      const collectionOf = ({ video }: FrameRecord) => this.#layout.frames(video).collection.collectionName;
      return Promise.all(
        Array.from(groupBy(records, collectionOf), ([name, group]) =>
          insertNew(
            this.#db.collection<FrameDocument>(name),
            group.map((each) => this.#layout.toDocument(each)),
          ),
        ),
      );
    });
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
    const { collection, scope } = await this.#frames(video);
    return attempt(`counting ${video}`, () => collection.countDocuments(scope));
  }

  async summary(video: string, count?: Progression): Promise<VideoSummary> {
    return attempt(`summing up ${video}`, async () => summarise(await this.#frames(video), count));
  }

  async *frames(video: string, query: FrameQuery = {}): AsyncGenerator<FrameRecord> {
    const cursor = findFrames(await this.#frames(video), query);
    for await (const document of reading(video, cursor)) yield toRecord(video, document);
  }

  async *glimpses(video: string): AsyncGenerator<readonly GlimpsedFrame[]> {
    try {
      yield* readGlimpses(this.#db, await this.#frames(video));
    } catch (error) {
      throw storeError(error, `reading ${video}`);
    }
  }

  async labels(video: string): Promise<readonly string[]> {
    const { collection, scope } = await this.#frames(video);
    return attempt(`looking up the labels of ${video}`, () => collection.distinct('label', scope));
  }

  async *frameNumbers(video: string): AsyncGenerator<number> {
    const onlyFrame = { projection: { _id: 0, frame: 1 } };
    const { collection, scope, inOrder } = await this.#frames(video);
    const cursor = collection.find(scope, onlyFrame).sort(inOrder(1));
    for await (const { frame } of reading(video, cursor)) yield frame;
  }

  async deadFrames(video: string): Promise<readonly DeadFrame[]> {
    return attempt(`looking up the dead letters of ${video}`, async () => {
      const noted = await this.#deadLetters.of(video);
      if (noted.length === 0) return [];
      const frames = noted.map(({ frame }) => frame);
      const { collection, scope } = await this.#frames(video);
      const stored = await collection.distinct('frame', { ...scope, frame: { $in: frames } });
      const since = new Set<number>(stored);
      return noted.filter(({ frame }) => !since.has(frame));
    });
  }

  async remove(video: string): Promise<void> {
    await attempt(`removing ${video}`, async () => {
      await this.#layout.refresh();
      await this.#layout.remove(video);
      await this.#deadLetters.remove(video);
      await this.#videos.remove(video);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }

  async #frames(video: string): Promise<VideoFrames> {
    await attempt(`looking for ${video}`, () => this.#layout.refresh());
    return this.#layout.frames(video);
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
