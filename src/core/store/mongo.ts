import type { MongoClient } from 'mongodb';
import type { StoreLayout } from './defaults.js';
import type { EndOfVideo, VideoRun } from '../frames/frame.js';
import { chooseVersion, type ModelVersion } from '../frames/model-version.js';
import { everyVersion } from './every-version.js';
import { connect } from './mongo-client.js';
import { attempt } from './mongo-errors.js';
import { MongoLayout } from './mongo-layout.js';
import { MongoResults, type Database } from './mongo-results.js';
import { MongoVersions } from './mongo-versions.js';
import { MongoVideos } from './mongo-videos.js';
import type { RecordStore, StoredVersion, VideoInfo } from './port.js';

/**
 * Opens the database that the URL names (`video-stream-records` if it names none), for the results of its active model version.
 * @param layout the layout for a database that has none yet
 * @param model `NAME` or `NAME@DIGEST` of another version
 * @throws MvsError STORE_UNAVAILABLE if no server answers, CONFIG if the URL is invalid or the database has another layout, NO_SUCH_MODEL.
 */
export function openMongo(url: string, layout?: StoreLayout, model?: string): Promise<RecordStore> {
  return connect(url, async ({ client, db }) => {
    const database = { db, versions: new MongoVersions(db), layout: await MongoLayout.of(db, layout) };
    const versions = await database.versions.list();
    const version =
      model === undefined ? versions.find(({ active }) => active) : chooseVersion(versions, model);
    return new MongoStore(database, version, new MongoVideos(db), client);
  });
}

/** The number of videos whose collections this process remembers to exist, and for how long: another process may remove them. */
const [maxPrepared, preparedMs] = [10_000, 60_000];

class MongoStore extends MongoResults implements RecordStore {
  readonly #database: Database;
  readonly #videos: MongoVideos;
  /** Closed with this store; undefined if another store owns it. */
  readonly #client: MongoClient | undefined;
  readonly #prepared = new Map<string, number>();

  constructor(
    database: Database,
    version: ModelVersion | undefined,
    videos: MongoVideos,
    client?: MongoClient,
  ) {
    super(database, version);
    this.#database = database;
    this.#videos = videos;
    this.#client = client;
  }

  of(version: ModelVersion): RecordStore {
    return new MongoStore(this.#database, version, this.#videos);
  }

  async claim(run: VideoRun): Promise<void> {
    const { video } = run;
    await attempt(`registering ${video}`, async () => {
      await this.#videos.claim(run);
      const now = performance.now();
      if (now - (this.#prepared.get(video) ?? -Infinity) < preparedMs) return;
      await this.prepare(run);
      if (this.#prepared.size >= maxPrepared) this.#prepared.clear();
      this.#prepared.set(video, now);
    });
  }

  async finish(end: EndOfVideo): Promise<void> {
    await attempt(`closing ${end.video}`, () => this.#videos.finish(end));
  }

  async videos(): Promise<readonly VideoInfo[]> {
    return attempt('listing the videos', () => this.#videos.list());
  }

  async video(name: string): Promise<VideoInfo | undefined> {
    return attempt(`looking up ${name}`, () => this.#videos.find(name));
  }

  async versions(): Promise<readonly StoredVersion[]> {
    return attempt('listing the model versions', () => this.#database.versions.list());
  }

  async activate(version: ModelVersion): Promise<void> {
    await attempt('activating a model version', () => this.#database.versions.activate(version));
  }

  async keepHierarchy(version: ModelVersion, text: string): Promise<void> {
    await attempt('storing a hierarchy', () => this.#database.versions.keepHierarchy(version, text));
  }

  async hierarchy(): Promise<string | undefined> {
    const { version } = this;
    if (version === undefined) return undefined;
    return attempt('looking up a hierarchy', () => this.#database.versions.hierarchyOf(version));
  }

  async forgetVersion(version: ModelVersion, unusedSince?: Date): Promise<boolean> {
    return attempt('removing a model version', () => this.#database.versions.forget(version, unusedSince));
  }

  async remove(video: string): Promise<void> {
    for (const results of await everyVersion(this)) await results.removeResults(video);
    this.#prepared.delete(video);
    await attempt(`removing ${video}`, () => this.#videos.remove(video));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.close();
  }
}
