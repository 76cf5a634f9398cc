import { shardEnd, type Lease } from './leases.js';
import type { MemberBeat } from './members.js';

/**
 * Which members are alive, by their beats and by our own clock, as the KCL does it: clocks of several machines need not agree.
 */
export class Liveness {
  readonly #expiryMs: number;
  readonly #seen = new Map<string, { beats: number; at: number }>();
  #lastLook: number;

  constructor(expiryMs: number, now: number) {
    this.#expiryMs = expiryMs;
    this.#lastLook = now;
  }

  /** @returns those of `members` that have beaten within the expiry; of one that is new that is not known yet */
  alive(members: readonly MemberBeat[], now: number): readonly MemberBeat[] {
    // While this process stood still, or the database was unavailable, no beats could be seen.
    const unseen = Math.max(0, now - this.#lastLook - this.#expiryMs / 2);
    this.#lastLook = now;
    for (const { id, beats } of members) {
      const seen = this.#seen.get(id);
      this.#seen.set(id, seen?.beats === beats ? { beats, at: seen.at + unseen } : { beats, at: now });
    }
    const present = new Set(members.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!present.has(id)) this.#seen.delete(id);
    return members.filter(({ id }) => now - (this.#seen.get(id)?.at ?? now) <= this.#expiryMs);
  }
}

/** A shard is read when all is settled of those that it came from: so the order of a key outlives a reshard. */
export function readable(leases: readonly Lease[]): readonly Lease[] {
  const open = new Set(leases.filter(({ checkpoint }) => checkpoint !== shardEnd).map(({ shard }) => shard));
  return leases.filter(
    ({ shard, parents }) => open.has(shard) && !parents.some((parent) => open.has(parent)),
  );
}

/**
 * How many of the leases a member should hold. All members come to the same even shares: those that hold most keep one more,
 * so that as few as possible move.
 */
export function shareOf(member: string, members: readonly string[], leases: readonly Lease[]): number {
  const held = (id: string): number => leases.filter(({ owner }) => owner === id).length;
  const order = [...members].sort((a, b) => held(b) - held(a) || (a < b ? -1 : 1));
  const { length } = order;
  return Math.floor(leases.length / length) + (order.indexOf(member) < leases.length % length ? 1 : 0);
}
