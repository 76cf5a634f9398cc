import type { Collection, Db } from 'mongodb';
import { twiceIfDuplicate } from './mongo-errors.js';
import type { DeadFrame } from './port.js';

/** Reserved by `collectionNameOf`: no collection of a video can have this name. */
const collectionName = 'mvs.dead-letters';

/** The dead-lettered frames of each video, so that a video can be verified without the stream. */
export class MongoDeadLetters {
  readonly #collection: Collection<DeadFrame>;
  #indexed: Promise<unknown> | undefined;

  /** @param place of the model version: a frame may be a dead letter for one model only */
  constructor(db: Db, place: string) {
    this.#collection = db.collection(place === '' ? collectionName : `${collectionName}.${place}`);
  }

  async note(frames: readonly DeadFrame[]): Promise<void> {
    await this.#index();
    const updates = frames.map(({ video, frame, ...rest }) => ({
      updateOne: { filter: { video, frame }, update: { $set: rest }, upsert: true },
    }));
    await twiceIfDuplicate(() => this.#collection.bulkWrite(updates, { ordered: false }));
  }

  async of(video: string): Promise<DeadFrame[]> {
    return this.#collection
      .find({ video }, { projection: { _id: 0 } })
      .sort({ frame: 1 })
      .toArray();
  }

  async remove(video: string): Promise<void> {
    await this.#collection.deleteMany({ video });
  }

  async #index(): Promise<void> {
    this.#indexed ??= this.#collection.createIndex({ video: 1, frame: 1 }, { unique: true }, undefined);
    try {
      await this.#indexed;
    } catch (error) {
      this.#indexed = undefined;
      throw error;
    }
  }
}
