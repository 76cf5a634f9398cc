import type { HeldShards } from './held-shards.js';
import type { Leases } from './leases.js';
import type { PublisherContext } from './publisher.js';
import { Liveness, readable, shareOf } from './share.js';
import { listShards } from './streams.js';

/** How soon a reshard is noticed that no reader has met. */
const syncMs = 10_000;

interface RoundMember {
  readonly id: string;
  readonly leases: Leases;
  readonly shards: HeldShards;
  readonly sessionTimeoutMs: number;
}

/** What a member does at each beat: it says that it is alive, looks at all leases, and takes or gives up shards until it has its share. */
export class Rounds {
  readonly #context: Pick<PublisherContext, 'client' | 'topic'>;
  readonly #member: RoundMember;
  readonly #liveness: Liveness;
  #syncAt = 0;

  constructor(context: Pick<PublisherContext, 'client' | 'topic'>, member: RoundMember) {
    this.#context = context;
    this.#member = member;
    this.#liveness = new Liveness(member.sessionTimeoutMs, performance.now());
  }

  /** The next round lists the shards again. */
  shardsChanged(): void {
    this.#syncAt = 0;
  }

  /** @throws MvsError where the database or Kinesis does not answer; the next round begins anew */
  async next(): Promise<void> {
    const { id: self, leases, shards } = this.#member;
    await leases.members.beat(self);
    await this.#syncShards();
    // Leases first: who holds one of them had joined before.
    const all = readable(await leases.all());
    const members = await leases.members.all();
    const alive = this.#liveness.alive(members, performance.now());
    const ids = new Set([...alive.map(({ id }) => id), self]);
    for (const dead of members) if (!ids.has(dead.id)) await leases.members.expel(dead);

    const mine = all.filter(({ owner }) => owner === self);
    shards.keepOnly(mine);
    const share = shareOf(self, [...ids], all);
    for (const lease of mine.slice(0, share)) shards.read(lease);
    for (const lease of mine.slice(share)) shards.handOver(lease);
    const free = all.filter(({ owner }) => owner === null || !ids.has(owner));
    for (const lease of free.slice(0, Math.max(0, share - mine.length))) {
      const taken = await leases.take(lease, self);
      if (taken) shards.read(taken);
    }
  }

  async #syncShards(): Promise<void> {
    const { client, topic } = this.#context;
    if (performance.now() < this.#syncAt) return;
    const { leases } = this.#member;
    const before = await leases.all();
    await leases.sync(await listShards(client, topic), before);
    this.#syncAt = performance.now() + syncMs;
  }
}
