import { MongoServerError, type Collection, type Db } from 'mongodb';
import { messageOf, MvsError } from '../base/errors.js';
import type { FrameRecord } from '../frames/frame.js';
import { collectionNameOf } from './collection-name.js';
import { storeLayouts, type StoreLayout } from './defaults.js';
import type { FrameDocument } from './mongo-documents.js';
import { shardByVideo } from './mongo-sharding.js';

/** Reserved by `collectionNameOf`: no collection of a video can have these names. */
const singleCollection = 'mvs.frames';
const layoutCollection = 'mvs.layout';
const videosCollection = 'mvs.videos';

interface LayoutDocument {
  readonly _id: 'frames';
  readonly layout: StoreLayout;
  /** The records of each further model version are distributed over the shards too. */
  readonly sharded?: boolean;
}

/** The records of one video. */
export interface VideoFrames {
  readonly collection: Collection<FrameDocument>;
  /** The filter that selects them in the collection. */
  readonly scope: { readonly video?: string };
  /** The sort order, with exactly the fields of the unique index. Without them, some services refuse to sort. */
  readonly inOrder: (direction: 1 | -1) => Record<string, 1 | -1>;
}

/** The collection and the form of the records of a video. */
export class MongoLayout {
  readonly #db: Db;
  readonly #wanted: StoreLayout | undefined;
  #name: StoreLayout;
  /** Until then, another process may choose the layout. */
  #recorded: boolean;
  readonly #indexed = new Set<string>();
  readonly #objectsIndexed = new Set<string>();

  private constructor(db: Db, wanted: StoreLayout | undefined, name: StoreLayout, recorded: boolean) {
    this.#db = db;
    this.#wanted = wanted;
    this.#name = name;
    this.#recorded = recorded;
  }

  get name(): StoreLayout {
    return this.#name;
  }

  get #layouts(): Collection<LayoutDocument> {
    return this.#db.collection(layoutCollection);
  }

  /**
   * The layout of the database or, if it has none yet, the requested one.
   * @throws MvsError CONFIG if it has another layout, BAD_RECORD if its layout is unknown.
   */
  static async of(db: Db, wanted: StoreLayout | undefined): Promise<MongoLayout> {
    const recorded = await recordedLayout(db);
    const name = recorded ?? (await unrecordedLayout(db, wanted));
    if (wanted !== undefined && wanted !== name) throw otherLayout(db, name, wanted);
    return new MongoLayout(db, wanted, name, recorded !== undefined);
  }

  /** @param place of the model version: '' for the primary one, whose records are where a reader of the database looks first */
  frames(video: string, place = ''): VideoFrames {
    if (this.name === 'collection-per-video') {
      const inOrder: VideoFrames['inOrder'] = (direction) => ({ frame: direction });
      return { collection: this.#db.collection(collectionNameOf(video, place)), scope: {}, inOrder };
    }
    const inOrder: VideoFrames['inOrder'] = (direction) => ({ video: direction, frame: direction });
    const name = place === '' ? singleCollection : `${singleCollection}.${place}`;
    return { collection: this.#db.collection(name), scope: { video }, inOrder };
  }

  toDocument({ video, modelVersion: _implied, ...record }: FrameRecord): FrameDocument {
    // The same as the key of the message.
    if (this.name === 'single') return { _id: `${video}:${record.frame}`, video, ...record };
    return { _id: record.frame, ...record };
  }

  /** Creates what can be created before the first video. */
  async create({ shard = false } = {}): Promise<void> {
    // Before anything is recorded: a server that cannot do this leaves nothing behind.
    if (shard) await shardByVideo(this.#db, this.frames('').collection.collectionName);
    await this.#record();
    if (this.name === 'single') await this.#createSingle('', false);
    if (shard) await this.#layouts.updateOne({ _id: 'frames' }, { $set: { sharded: true } });
  }

  async #createSingle(place: string, shard: boolean): Promise<void> {
    if (this.#indexed.has(place)) return;
    const { collection } = this.frames('', place);
    // Sharding comes first, because some services create a unique index only in an empty collection.
    if (shard) await shardByVideo(this.#db, collection.collectionName);
    await collection.createIndex({ video: 1, frame: 1 }, { unique: true }, undefined);
    this.#indexed.add(place);
  }

  /** Must be called before the first record of a video. @param withObjects the records are those of a detector */
  async prepare(video: string, place: string, withObjects: boolean): Promise<void> {
    await this.create();
    if (this.name === 'single') return this.#prepareSingle(place, withObjects);
    const { collection } = this.frames(video, place);
    await collection.createIndex({ frame: 1 }, { unique: true }, undefined);
    if (withObjects) await indexObjects(collection, {});
  }

  async #prepareSingle(place: string, withObjects: boolean): Promise<void> {
    if (!this.#indexed.has(place)) {
      const sharded = (await this.#layouts.findOne({ _id: 'frames' }))?.sharded ?? false;
      await this.#createSingle(place, sharded);
    }
    if (!withObjects || this.#objectsIndexed.has(place)) return;
    await indexObjects(this.frames('', place).collection, { video: 1 });
    this.#objectsIndexed.add(place);
  }

  async remove(video: string, place: string): Promise<void> {
    const { collection, scope } = this.frames(video, place);
    if (this.name === 'single') await collection.deleteMany(scope);
    else await collection.drop().catch(unlessMissing);
  }

  /** Records the layout before the first write, so that two writers cannot begin with different layouts. */
  async #record(): Promise<void> {
    if (this.#recorded) return;
    const set = { $setOnInsert: { layout: this.name } };
    await this.#layouts.updateOne({ _id: 'frames' }, set, { upsert: true });
    await this.refresh();
  }

  /**
   * Adopts a layout that another process has chosen in the meantime. Must be called before records are read.
   * @throws MvsError CONFIG if another layout was requested
   */
  async refresh(): Promise<void> {
    if (this.#recorded) return;
    const layout = await recordedLayout(this.#db);
    if (layout === undefined) return;
    if (this.#wanted !== undefined && layout !== this.#wanted)
      throw otherLayout(this.#db, layout, this.#wanted);
    this.#name = layout;
    this.#recorded = true;
  }
}

/** Finds the frames with an object of a class, in their order. Some services have no such indexes; queries then read all frames. */
async function indexObjects(
  collection: Collection<FrameDocument>,
  scope: Readonly<Record<string, 1>>,
): Promise<void> {
  try {
    await collection.createIndex({ ...scope, 'objects.label': 1, frame: 1 });
  } catch (error) {
    if (!(error instanceof MongoServerError && noSuchIndex.has(Number(error.code)))) throw error;
  }
}

/** BadValue, CannotCreateIndex, InvalidOptions, CommandNotSupported, NotImplemented, InvalidIndexSpecificationOption, and Cosmos DB's BadRequest. */
const noSuchIndex = new Set([2, 67, 72, 115, 238, 197, 1]);

/** A version may have no result of a video. Servers before MongoDB 7 refuse to drop what is not there. */
function unlessMissing(error: unknown): void {
  if (!/ns not found/i.test(messageOf(error))) throw error;
}

async function recordedLayout(db: Db): Promise<StoreLayout | undefined> {
  const found = await db.collection<LayoutDocument>(layoutCollection).findOne({ _id: 'frames' });
  if (!found) return undefined;
  if (storeLayouts.includes(found.layout)) return found.layout;
  throw new MvsError('BAD_RECORD', `${layoutCollection} names a layout that this mvs does not know`, {
    hint: 'A newer version of mvs created this database. Use that version.',
  });
}

/** Databases of older versions have videos but no recorded layout. */
async function unrecordedLayout(db: Db, wanted: StoreLayout = 'collection-per-video'): Promise<StoreLayout> {
  if (wanted === 'collection-per-video') return wanted;
  return (await db.collection(videosCollection).findOne()) ? 'collection-per-video' : wanted;
}

function otherLayout(db: Db, is: StoreLayout, wanted: StoreLayout): MvsError {
  return new MvsError('CONFIG', `the database ${db.databaseName} has the layout "${is}", not "${wanted}"`, {
    hint: 'Omit --store-layout (MVS_STORE_LAYOUT), or name another database. The layout of a database cannot be changed.',
  });
}
