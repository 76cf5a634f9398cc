import { hostname } from 'node:os';
import type { Collection, Db, UpdateFilter } from 'mongodb';
import { attempt, isDuplicateKey } from '../../store/mongo-errors.js';
import { Members, type Scope } from './members.js';
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
  /** How often it has been taken, which distinguishes two times of one member. */
  readonly taken: number;
}

/** A lease of a shard that no member has read. */
export function unread({ id: shard, parents }: Shard): Lease {
  return { shard, parents, owner: null, host: null, checkpoint: null, taken: 0 };
}

type LeaseDocument = Lease & Scope & { readonly _id: string };

/** Reserved by `collectionNameOf`: no video's own collection can have this name. */
const name = 'mvs.stream-leases';

/** Another member has the lease now. */
export class LeaseLost extends Error {}

/**
 * The leases of one group on one stream, in the database. Each change requires that the lease still has the values that were read. So
 * only one member gets a lease, and a late write by a former owner has no effect, even if it owns the lease again.
 */
export class Leases {
  readonly #leases: Collection<LeaseDocument>;
  readonly members: Members;
  readonly #scope: Scope;

  constructor(db: Db, scope: Scope) {
    this.members = new Members(db, scope);
    this.#leases = db.collection(name);
    this.#scope = scope;
  }

  /** Before the first beat of a member. */
  async prepare(): Promise<void> {
    await attempt('preparing leases', () => this.#leases.createIndex({ stream: 1, group: 1 }));
    await this.members.prepare();
  }

  /** In the order of shards. */
  async all(): Promise<readonly Lease[]> {
    const scope = { ...this.#scope };
    const found = await attempt('reading leases', () =>
      this.#leases.find(scope).sort({ shard: 1 }).toArray(),
    );
    return found.map(({ shard, parents, owner, host, checkpoint, taken }) => {
      return { shard, parents, owner, host, checkpoint, taken };
    });
  }

  /**
   * Creates leases for shards that have none, and removes those of shards that no longer exist: of `before`, which were there before
   * `shards` were listed. Others may be of a reshard that came after the list.
   */
  async sync(shards: readonly Shard[], before: readonly Lease[]): Promise<void> {
    const leases = shards.map((shard) => ({
      updateOne: {
        filter: { _id: this.#idOf(shard.id) },
        update: { $setOnInsert: { ...this.#scope, ...unread(shard) } },
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

  /** @returns the lease as it is then; undefined where another member was faster */
  async take(
    { shard, owner, checkpoint, taken, ...rest }: Lease,
    member: string,
  ): Promise<Lease | undefined> {
    // With the checkpoint: whoever had it in between may have moved on, or come to the end of the shard.
    const seen = { shard, owner, checkpoint, taken };
    const given = { owner: member, host: hostname() };
    if (!(await this.#change(`taking ${shard}`, seen, { $set: given, $inc: { taken: 1 } }))) return undefined;
    return { ...rest, ...seen, ...given, taken: taken + 1 };
  }

  /** Of a lease that was taken; nothing where it is another's by now. */
  async release({ shard, owner, taken }: Lease): Promise<void> {
    await this.#change(`releasing ${shard}`, { shard, owner, taken }, { $set: { owner: null, host: null } });
  }

  /** Of a lease that was taken. @throws LeaseLost where it is another's by now, or was taken anew */
  async checkpoint({ shard, owner, taken }: Lease, checkpoint: string): Promise<void> {
    const given = checkpoint === shardEnd ? { checkpoint, owner: null, host: null } : { checkpoint };
    if (await this.#change(`settling in ${shard}`, { shard, owner, taken }, { $set: given })) return;
    throw new LeaseLost(`${owner ?? 'no member'} has lost ${shard}`);
  }

  /** Hands over all that the member holds. */
  async leave(member: string): Promise<void> {
    const held = { ...this.#scope, owner: member };
    await attempt('leaving the group', () =>
      this.#leases.updateMany(held, { $set: { owner: null, host: null } }),
    );
    await this.members.remove(member);
  }

  async #change(
    doing: string,
    { shard, ...seen }: Pick<Lease, 'shard' | 'owner' | 'taken'> & Partial<Lease>,
    change: UpdateFilter<LeaseDocument>,
  ): Promise<boolean> {
    const { matchedCount } = await attempt(doing, () =>
      this.#leases.updateOne({ _id: this.#idOf(shard), ...seen }, change),
    );
    return matchedCount === 1;
  }

  #idOf(shard: string): string {
    return [this.#scope.stream, this.#scope.group, shard].join(' ');
  }
}

/** If several members create the same lease at the same moment, one of them may get an error that it exists. */
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
