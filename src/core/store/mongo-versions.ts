import type { Collection, Db } from 'mongodb';
import { shortDigest, unknownDigest, versionId, type ModelVersion } from '../frames/model-version.js';
import { notedEveryMs } from './defaults.js';
import { twiceIfDuplicate } from './mongo-errors.js';
import { areAllOf, earlierRecords } from './mongo-earlier.js';
import type { StoredVersion } from './port.js';

/** Reserved by `collectionNameOf`: no collection of a video can have this name. */
const collectionName = 'mvs.models';
const pointerCollection = 'mvs.layout';
const hierarchyCollection = 'mvs.hierarchies';

interface VersionDocument extends ModelVersion {
  /** `versionId`. */
  readonly _id: string;
  readonly firstUsed: Date;
  readonly lastUsed: Date;
}

/** `primary`: the version whose records are in the collections of the videos themselves. It never changes. */
interface Pointer {
  readonly _id: 'primary' | 'active';
  readonly version: string;
}

/** Apart from the versions, because it is long, and few questions need it. */
interface HierarchyDocument {
  /** `versionId`. */
  readonly _id: string;
  readonly text: string;
}

/** Where the results of a version are: '' for the primary one, else the suffix of its collections. */
export type Place = string;

/** The model versions of a database. */
export class MongoVersions {
  readonly #db: Db;
  readonly #versions: Collection<VersionDocument>;
  readonly #pointers: Collection<Pointer>;
  readonly #hierarchies: Collection<HierarchyDocument>;
  /** When this process last noted the use of a version, by its id. */
  readonly #noted = new Map<string, { readonly at: number; readonly place: Promise<Place> }>();

  constructor(db: Db) {
    this.#db = db;
    this.#versions = db.collection(collectionName);
    this.#pointers = db.collection(pointerCollection);
    this.#hierarchies = db.collection(hierarchyCollection);
  }

  /** Oldest first. None while the database has no results. */
  async list(): Promise<readonly StoredVersion[]> {
    const [found, pointers] = await Promise.all([
      this.#versions.find().toArray(),
      this.#pointers.find({ _id: { $in: ['primary', 'active'] } }).toArray(),
    ]);
    // Some services sort by an index only.
    const documents = found.toSorted((a, b) => a.firstUsed.getTime() - b.firstUsed.getTime());
    const primary = pointers.find(({ _id }) => _id === 'primary')?.version;
    const active = pointers.find(({ _id }) => _id === 'active')?.version ?? primary;
    if (primary !== undefined) return documents.map((document) => toVersion(document, { primary, active }));
    const earlier = await earlierRecords(this.#db);
    return earlier ? [{ ...earlier, active: true, primary: true }] : [];
  }

  /**
   * Must be called before results of a version are written. Notes every few seconds that it is in use: its last use stays up to date, and
   * a version that was forgotten meanwhile is registered again. The first version of a database becomes its primary one; the records of
   * an earlier mvs, which name only a model, count as those of the first version of that model.
   */
  async register(version: ModelVersion): Promise<Place> {
    const id = versionId(version);
    const now = performance.now();
    const last = this.#noted.get(id);
    if (last && now - last.at < notedEveryMs) return last.place;
    const place = this.#register(version);
    this.#noted.set(id, { at: now, place });
    try {
      return await place;
    } catch (error) {
      this.#noted.delete(id);
      throw error;
    }
  }

  async #register(version: ModelVersion): Promise<Place> {
    const id = versionId(version);
    await this.#note(version);
    const primary = (await this.#primary()) ?? (await this.#choosePrimary(version));
    await this.#noteEarlier(primary);
    return primary === id ? '' : shortDigest(version.digest);
  }

  /** The place of a version that may not have been registered yet. */
  async placeOf(version: ModelVersion): Promise<Place> {
    // A consumer may adopt records of an earlier mvs at any moment; their place stays.
    if (version.digest === unknownDigest) return '';
    return (await this.#primary()) === versionId(version) ? '' : shortDigest(version.digest);
  }

  async activate(version: ModelVersion): Promise<void> {
    const set = { $set: { version: versionId(version) } };
    await twiceIfDuplicate(() => this.#pointers.updateOne({ _id: 'active' }, set, { upsert: true }));
  }

  async keepHierarchy(version: ModelVersion, text: string): Promise<void> {
    const filter = { _id: versionId(version) };
    await twiceIfDuplicate(() => this.#hierarchies.updateOne(filter, { $set: { text } }, { upsert: true }));
  }

  async hierarchyOf(version: ModelVersion): Promise<string | undefined> {
    return (await this.#hierarchies.findOne({ _id: versionId(version) }))?.text;
  }

  /** @returns false if it was used after `unusedSince` */
  async forget(version: ModelVersion, unusedSince?: Date): Promise<boolean> {
    const _id = versionId(version);
    this.#noted.delete(_id);
    const unused = unusedSince === undefined ? {} : { lastUsed: { $lte: unusedSince } };
    const { deletedCount } = await this.#versions.deleteOne({ _id, ...unused });
    // Its hierarchy stays: a consumer that is running stores it only when it starts, and may register the version again.
    return deletedCount > 0 || (await this.#versions.findOne({ _id })) === null;
  }

  async #primary(): Promise<string | undefined> {
    return (await this.#pointers.findOne({ _id: 'primary' }))?.version;
  }

  /** Several consumers may begin at once; the database decides which of their versions is the first. */
  async #choosePrimary(version: ModelVersion): Promise<string | undefined> {
    const earlier = await earlierRecords(this.#db);
    const adopts = earlier === undefined || (await areAllOf(this.#db, version.name));
    const set = { $setOnInsert: { version: versionId(adopts ? version : earlier) } };
    await twiceIfDuplicate(() => this.#pointers.updateOne({ _id: 'primary' }, set, { upsert: true }));
    return this.#primary();
  }

  /** Earlier records that are primary are on the list, whoever noticed them first. */
  async #noteEarlier(primary: string | undefined): Promise<void> {
    if (primary?.endsWith(`@${unknownDigest}`) !== true) return;
    if (await this.#versions.findOne({ _id: primary })) return;
    const earlier = await earlierRecords(this.#db);
    if (earlier && versionId(earlier) === primary) await this.#note(earlier, earlier);
  }

  async #note(
    { name, digest, facts }: ModelVersion,
    { firstUsed = new Date(), lastUsed = new Date() }: { firstUsed?: Date; lastUsed?: Date } = {},
  ): Promise<void> {
    const update = { $setOnInsert: { name, digest, facts, firstUsed }, $max: { lastUsed } };
    const filter = { _id: versionId({ name, digest }) };
    await twiceIfDuplicate(() => this.#versions.updateOne(filter, update, { upsert: true }));
  }
}

function toVersion(
  { _id, ...version }: VersionDocument,
  { primary, active }: Record<Pointer['_id'], string | undefined>,
): StoredVersion {
  return { ...version, active: _id === active, primary: _id === primary };
}
