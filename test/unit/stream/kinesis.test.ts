import { describe, expect, it } from 'vitest';
import { decodeEnvelope, encodeEnvelope } from '../../../src/core/stream/envelope.js';
import { shardEnd, type Lease } from '../../../src/core/stream/kinesis/leases.js';
import { Liveness, readable, shareOf } from '../../../src/core/stream/kinesis/share.js';

const lease = (shard: string, changes: Partial<Lease> = {}): Lease => ({
  ...{ shard, parents: [], owner: null, host: null, checkpoint: null, taken: 0 },
  ...changes,
});

describe('the share of a member', () => {
  it.each([
    [3, { a: 3, b: 0 }, { a: 2, b: 1 }],
    [3, { a: 2, b: 1, c: 0 }, { a: 1, b: 1, c: 1 }],
    [4, { a: 4, b: 0, c: 0 }, { a: 2, b: 1, c: 1 }],
    [2, { a: 1, b: 0, c: 1 }, { a: 1, b: 0, c: 1 }],
    [0, { a: 0 }, { a: 0 }],
  ])('of %i shards is even and moves as few as possible: %j', (count, held, shares) => {
    const owners = Object.entries(held).flatMap(([id, n]) => Array<string>(n).fill(id));
    const leases = Array.from({ length: count }, (_, n) => lease(String(n), { owner: owners[n] ?? null }));
    const members = Object.keys(held);
    expect(Object.fromEntries(members.map((id) => [id, shareOf(id, members, leases)]))).toEqual(shares);
  });
});

describe('a shard', () => {
  it('is read when its parents are read to their end, or are no more', () => {
    const [parent, child] = [lease('p'), lease('c', { parents: ['p', 'gone'] })];
    expect(readable([parent, child])).toEqual([parent]);
    expect(readable([lease('p', { checkpoint: shardEnd }), child])).toEqual([child]);
    expect(readable([child])).toEqual([child]);
  });
});

describe('a member', () => {
  const at = (beats: number) => [{ id: 'm', beats }];

  it('is dead when it has not beaten for the session, by our clock', () => {
    const liveness = new Liveness(1000, 0);
    expect(liveness.alive(at(5), 0)).toHaveLength(1);
    expect(liveness.alive(at(5), 400)).toHaveLength(1);
    expect(liveness.alive(at(6), 800)).toHaveLength(1);
    for (const now of [1200, 1600]) expect(liveness.alive(at(6), now)).toHaveLength(1);
    expect(liveness.alive(at(6), 1900)).toHaveLength(0);
  });

  it('is dead though each look takes more than half a session', () => {
    const liveness = new Liveness(1000, 0);
    const looks = Array.from({ length: 100 }, (_, n) => liveness.alive(at(5), n * 510).length);
    expect(looks.at(-1)).toBe(0);
  });

  it('is not taken for dead because nobody could look', () => {
    const liveness = new Liveness(1000, 0);
    liveness.alive(at(5), 0);
    expect(liveness.alive(at(5), 5000)).toHaveLength(1);
  });
});

describe('an envelope', () => {
  const message = {
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    headers: new Map([['n', [Buffer.from('1')]]]),
  };

  it('that is cut off, and what is none, is not taken for a message', () => {
    const whole = encodeEnvelope(message);
    expect(decodeEnvelope(whole)).toEqual(message);
    for (let length = 0; length < whole.length - 1; length++) {
      expect(decodeEnvelope(whole.subarray(0, length))).toBeUndefined();
    }
    expect(decodeEnvelope(Buffer.from('{"some": "JSON"}'))).toBeUndefined();
  });
});
