import { hostname } from 'node:os';
import type { Collection, Db } from 'mongodb';
import { attempt, isDuplicateKey } from '../../store/mongo-errors.js';
import type { Shard } from './streams.js';

/** The checkpoint of a shard of which everything is settled, and to which nothing more can come: it was split or merged. */
export const shardEnd = 'SHARD_END';

/** Who may read a shard for a group, and how far the group has come. */
export interface Lease {
  readonly shard: string;
  readonly parents: readonly string[];
  /** The member that reads it. */
  readonly owner: string | null;
  readonly host: string | null;
  /** Sequence number of the last record before the first one that is not settled; null where it is the shard's first. */
  readonly checkpoint: string | null;
}

/** A member that is at work counts its beats. */
export interface MemberBeat {
  readonly id: string;
  readonly beats: number;
}

interface Scope {
  readonly stream: string;
  readonly group: string;
}
type LeaseDocument = Lease & Scope & { readonly _id: string };
type MemberDocument = Scope & { readonly _id: string; readonly beats: number };

/** Reserved by `videoNameProblem`: no video's own collection can have these names. */
const names = { leases: 'mvs.stream-leases', members: 'mvs.stream-members' };

/** Somebody else has the lease now. */
export class LeaseLost extends Error {}

/**
 * The leases of one group on one stream, and its members, in the database. What changes a lease has the condition that the
 * lease is as it was seen: of several that want one, one gets it, and who has lost one cannot move its checkpoint.
 */
export class Leases {
  readonly #leases: Collection<LeaseDocument>;
  readonly #members: Collection<MemberDocument>;
  readonly #scope: Scope;

  constructor(db: Db, scope: Scope) {
    this.#leases = db.collection(names.leases);
    this.#members = db.collection(names.members);
    this.#scope = scope;
  }

  /** In the order of shards. */
  async all(): Promise<readonly Lease[]> {
    const scope = { ...this.#scope };
    const found = await attempt('reading leases', () =>
      this.#leases.find(scope).sort({ shard: 1 }).toArray(),
    );
    return found.map(({ shard, parents, owner, host, checkpoint }) => ({
      shard,
      parents,
      owner,
      host,
      checkpoint,
    }));
  }

  /**
   * Makes leases for shards that have none, and takes away those of shards that are no more: of `before`, which were there before
   * `shards` were listed. Others may be of a reshard that came after the list.
   */
  async sync(shards: readonly Shard[], before: readonly Lease[]): Promise<void> {
    const leases = shards.map(({ id, parents }) => ({
      updateOne: {
        filter: { _id: this.#idOf(id) },
        update: {
          $setOnInsert: { ...this.#scope, shard: id, parents, owner: null, host: null, checkpoint: null },
        },
        upsert: true,
      },
    }));
    const listed = new Set(shards.map(({ id }) => id));
    const gone = before.map(({ shard }) => shard).filter((shard) => !listed.has(shard));
    await attempt('noting shards', async () => {
      // One after the other, parents first: a child without its parent would be read at once.
      await untilNoDuplicates(() => this.#leases.bulkWrite(leases, { ordered: true }));
      await this.#leases.deleteMany({ ...this.#scope, shard: { $in: gone } });
    });
  }

  /** @returns false where another member was faster */
  async take({ shard, owner, checkpoint }: Lease, member: string): Promise<boolean> {
    // With the checkpoint: whoever had it in between may have moved on, or come to the end of the shard.
    const seen = { shard, owner, checkpoint };
    return this.#change(`taking ${shard}`, seen, { owner: member, host: hostname() });
  }

  async release(shard: string, member: string): Promise<void> {
    await this.#change(`releasing ${shard}`, { shard, owner: member }, { owner: null, host: null });
  }

  /** @throws LeaseLost where the member does not hold the lease any more */
  async checkpoint(shard: string, member: string, checkpoint: string): Promise<void> {
    const given = checkpoint === shardEnd ? { checkpoint, owner: null, host: null } : { checkpoint };
    if (await this.#change(`settling in ${shard}`, { shard, owner: member }, given)) return;
    throw new LeaseLost(`${member} has lost ${shard}`);
  }

  async members(): Promise<readonly MemberBeat[]> {
    const found = await attempt('reading the members', () =>
      this.#members.find({ ...this.#scope }).toArray(),
    );
    return found.map(({ _id: id, beats }) => ({ id, beats }));
  }

  /** Says that the member is at work; the first time it joins by that. */
  async beat(member: string): Promise<void> {
    const update = { $inc: { beats: 1 }, $setOnInsert: { ...this.#scope } };
    await attempt('saying that this member is at work', () =>
      this.#members.updateOne({ _id: member }, update, { upsert: true }),
    );
  }

  /** Unless it has beaten since. */
  async expel({ id, beats }: MemberBeat): Promise<void> {
    await attempt('removing a dead member', () => this.#members.deleteOne({ _id: id, beats }));
  }

  /** Hands over all that the member holds. */
  async leave(member: string): Promise<void> {
    await attempt('leaving the group', async () => {
      await this.#leases.updateMany({ ...this.#scope, owner: member }, { $set: { owner: null, host: null } });
      await this.#members.deleteOne({ _id: member });
    });
  }

  async #change(
    doing: string,
    { shard, ...seen }: Pick<Lease, 'shard' | 'owner'> & Partial<Lease>,
    change: Partial<Lease>,
  ): Promise<boolean> {
    const { matchedCount } = await attempt(doing, () =>
      this.#leases.updateOne({ _id: this.#idOf(shard), ...seen }, { $set: change }),
    );
    return matchedCount === 1;
  }

  #idOf(shard: string): string {
    return [this.#scope.stream, this.#scope.group, shard].join(' ');
  }
}

/** Of several members that make the same lease at the same moment one may be told that it is there; then it is. */
async function untilNoDuplicates(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
