import type { Collection, Db } from 'mongodb';
import { attempt } from '../../store/mongo-errors.js';

/** Whose leases and members. */
export interface Scope {
  readonly stream: string;
  readonly group: string;
}

/** A member that is at work counts its beats. */
export interface MemberBeat {
  readonly id: string;
  readonly beats: number;
}
type MemberDocument = Scope & { readonly _id: string; readonly beats: number; readonly at: Date };

/** Reserved by `collectionNameOf`: no video's own collection can have this name. */
const name = 'mvs.stream-members';
/** No other member removes those of a group that has ended; clocks may differ, but not by so much. */
const forgottenMs = 7 * 86_400_000;

/** The members of one group on one stream, in the database. */
export class Members {
  readonly #members: Collection<MemberDocument>;
  readonly #scope: Scope;

  constructor(db: Db, scope: Scope) {
    this.#members = db.collection(name);
    this.#scope = scope;
  }

  /** Before the first beat: creates the index, and removes members that were forgotten. */
  async prepare(): Promise<void> {
    await attempt('preparing the list of members', async () => {
      await this.#members.createIndex({ stream: 1, group: 1 });
      await this.#members.deleteMany({ at: { $lt: new Date(Date.now() - forgottenMs) } });
    });
  }

  async all(): Promise<readonly MemberBeat[]> {
    const found = await attempt('reading the members', () =>
      this.#members.find({ ...this.#scope }).toArray(),
    );
    return found.map(({ _id: id, beats }) => ({ id, beats }));
  }

  /** Says that the member is at work; the first time it joins by that. */
  async beat(member: string): Promise<void> {
    const update = { $inc: { beats: 1 }, $set: { at: new Date() }, $setOnInsert: { ...this.#scope } };
    await attempt('saying that this member is at work', () =>
      this.#members.updateOne({ _id: member }, update, { upsert: true }),
    );
  }

  /** Unless it has beaten since. */
  async expel({ id, beats }: MemberBeat): Promise<void> {
    await attempt('removing a dead member', () => this.#members.deleteOne({ _id: id, beats }));
  }

  async remove(member: string): Promise<void> {
    await attempt('leaving the group', () => this.#members.deleteOne({ _id: member }));
  }
}
