import type { Collection, Db } from 'mongodb';
import { groupBy } from '../base/group-by.js';
import { predictionsIn, type FrameRecord, type VideoRun } from '../frames/frame.js';
import { isDetector, versionId, type ModelVersion } from '../frames/model-version.js';
import { MongoDeadLetters } from './mongo-dead-letters.js';
import { toRecord, type FrameDocument } from './mongo-documents.js';
import { readCombinations } from './mongo-combinations.js';
import { named, reading } from './mongo-reading.js';
import { attempt } from './mongo-errors.js';
import { checked, findFrames, needsCheck } from './mongo-frames.js';
import { readGlimpses, readNumbers } from './mongo-glimpses.js';
import type { MongoLayout, VideoFrames } from './mongo-layout.js';
import { labelsIn, summarise } from './mongo-summary.js';
import { insertNew, replaceAll } from './mongo-write.js';
import type { MongoVersions, Place } from './mongo-versions.js';
import type {
  Combination,
  DeadFrame,
  FrameFilter,
  FrameQuery,
  Further,
  GlimpsedFrame,
  Progression,
  Results,
  SaveResult,
  VideoSummary,
} from './port.js';

export interface Database {
  readonly db: Db;
  readonly layout: MongoLayout;
  readonly versions: MongoVersions;
}

/** The results of one model version, or of none yet: then those of the primary place. */
export class MongoResults implements Results {
  readonly #db: Db;
  readonly #layout: MongoLayout;
  readonly #versions: MongoVersions;
  #place: Place | undefined;
  #deadLetters: MongoDeadLetters | undefined;

  constructor(
    { db, layout, versions }: Database,
    readonly version: ModelVersion | undefined,
  ) {
    this.#db = db;
    this.#layout = layout;
    this.#versions = versions;
    if (version === undefined) this.#place = '';
  }

  get #withObjects(): boolean {
    return this.version !== undefined && isDetector(this.version);
  }

  /** Must be called before the first record of a video in this process. */
  protected async prepare({ video }: VideoRun): Promise<void> {
    await this.#register();
    await this.#layout.prepare(video, await this.#findPlace(), this.#withObjects);
  }

  save(records: readonly FrameRecord[]): Promise<SaveResult> {
    return this.#write(records, insertNew);
  }

  replace(records: readonly FrameRecord[]): Promise<SaveResult> {
    return this.#write(records, replaceAll);
  }

  async #write(
    records: readonly FrameRecord[],
    write: (collection: Collection<FrameDocument>, documents: readonly FrameDocument[]) => Promise<number>,
  ): Promise<SaveResult> {
    const stored = await attempt('storing records', async () => {
      await this.#register();
      const place = await this.#findPlace();
      const collectionOf = ({ video }: FrameRecord) =>
        this.#layout.frames(video, place).collection.collectionName;
      return Promise.all(
        Array.from(groupBy(records, collectionOf), ([name, group]) =>
          write(
            this.#db.collection<FrameDocument>(name),
            group.map((each) => this.#layout.toDocument(each)),
          ),
        ),
      );
    });
    const total = stored.reduce((sum, count) => sum + count, 0);
    return { stored: total, duplicates: records.length - total };
  }

  async predictionsOf(video: string, frames: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const { collection, scope } = await this.#frames(video);
    const projection = { _id: 0, frame: 1, 'top.classIndex': 1, 'objects.classIndex': 1 };
    const found = await attempt(`looking up frames of ${video}`, () =>
      collection.find({ ...scope, frame: { $in: [...frames] } }, { projection }).toArray(),
    );
    return new Map(found.map((each) => [each.frame, predictionsIn(each)]));
  }

  async noteDeadLetters(frames: readonly DeadFrame[]): Promise<void> {
    await attempt('noting dead letters', async () => {
      await this.#register();
      await (await this.#dead()).note(frames);
    });
  }

  async count(video: string): Promise<number> {
    const { collection, scope } = await this.#frames(video);
    return attempt(`counting ${video}`, () => collection.countDocuments(scope));
  }

  async summary(video: string, count?: Progression): Promise<VideoSummary> {
    return attempt(`summing up ${video}`, async () => summarise(await this.#frames(video), count));
  }

  async *combinations(video: string): AsyncGenerator<Combination> {
    yield* named(video, readCombinations(await this.#frames(video), this.#withObjects));
  }

  async *frames(video: string, query: FrameQuery = {}): AsyncGenerator<FrameRecord> {
    const found = reading(video, findFrames(await this.#frames(video), query));
    const id = this.version && versionId(this.version);
    for await (const document of needsCheck(query) ? checked(found, query) : found)
      yield toRecord(video, document, id);
  }

  async *glimpses(
    video: string,
    further?: Further,
    filter?: FrameFilter,
  ): AsyncGenerator<readonly GlimpsedFrame[]> {
    yield* named(video, readGlimpses(this.#db, await this.#frames(video), { further, filter }));
  }

  async labels(video: string, withTop = false): Promise<readonly string[]> {
    const frames = await this.#frames(video);
    return attempt(`looking up the labels of ${video}`, () =>
      labelsIn(frames, { objects: this.#withObjects, top: withTop }),
    );
  }

  async *frameNumbers(video: string): AsyncGenerator<number> {
    for await (const page of named(video, readNumbers(await this.#frames(video)))) yield* page;
  }

  async deadFrames(video: string): Promise<readonly DeadFrame[]> {
    return attempt(`looking up the dead letters of ${video}`, async () => {
      const noted = await (await this.#dead()).of(video);
      if (noted.length === 0) return [];
      const frames = noted.map(({ frame }) => frame);
      const { collection, scope } = await this.#frames(video);
      const stored = await collection.distinct('frame', { ...scope, frame: { $in: frames } });
      const since = new Set<number>(stored);
      return noted.filter(({ frame }) => !since.has(frame));
    });
  }

  async removeResults(video: string): Promise<void> {
    await attempt(`removing results of ${video}`, async () => {
      await this.#layout.remove(video, await this.#findPlace());
      await (await this.#dead()).remove(video);
    });
  }

  async #register(): Promise<void> {
    if (this.version === undefined) return;
    const place = await this.#versions.register(this.version);
    if (place === this.#place) return;
    this.#place = place;
    this.#deadLetters = undefined;
  }

  async #frames(video: string): Promise<VideoFrames> {
    const place = await attempt(`looking for ${video}`, () => this.#findPlace());
    return this.#layout.frames(video, place);
  }

  async #dead(): Promise<MongoDeadLetters> {
    return (this.#deadLetters ??= new MongoDeadLetters(this.#db, await this.#findPlace()));
  }

  /** Another process may choose the layout, and the primary version, until the first record is written. */
  async #findPlace(): Promise<Place> {
    await this.#layout.refresh();
    if (this.#place !== undefined || this.version === undefined) return this.#place ?? '';
    return this.#versions.placeOf(this.version);
  }
}
