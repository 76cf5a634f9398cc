import { MongoClient, type Collection } from 'mongodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Leases, shardEnd } from '../../../src/core/stream/kinesis/leases.js';
import {
  freshName,
  freshStoreUrl,
  joinGroup,
  numbered,
  publish,
  take,
  textOf,
  texts,
} from '../../support/fresh.js';
import { freshKinesis, openKinesisAt, useKinesis } from '../../support/kinesis.js';

const shard = (id: string, parents: string[] = []) => ({ id, parents, hashKey: '0', isOpen: true });

describe('a lease', () => {
  function freshLeases() {
    const client = new MongoClient(freshStoreUrl());
    onTestFinished(() => client.close());
    const leases = new Leases(client.db(), { stream: freshName('stream'), group: 'group' });
    const list = async () => (await leases.all()).map((lease) => lease.shard);
    const only = async () => {
      const [lease] = await leases.all();
      if (!lease) throw new Error('there is no lease');
      return lease;
    };
    /** Takes the only one. */
    const take = async (member: string) => {
      const taken = await leases.take(await only(), member);
      if (!taken) throw new Error('it was not taken');
      return taken;
    };
    return { leases, list, only, take };
  }

  it.each(['900', shardEnd])('that has moved on to %s since it was seen is not taken', async (moved) => {
    const { leases, only, take } = freshLeases();
    await leases.sync([shard('s0')], []);
    const seen = await only();
    await leases.checkpoint(await take('other'), moved);
    await leases.leave('other');
    expect(await leases.take(seen, 'late')).toBeUndefined();
    expect(await only()).toMatchObject({ owner: null, checkpoint: moved });
  });

  it('that a member has again is not changed by what it wrote when it had it before', async () => {
    const { leases, only, take } = freshLeases();
    await leases.sync([shard('s0')], []);
    const before = await take('member');
    await leases.release(before);
    const now = await take('member');
    await leases.checkpoint(now, '900');
    await expect(leases.checkpoint(before, '100')).rejects.toThrow(/lost/);
    await leases.release(before);
    expect(await only()).toEqual({ ...now, checkpoint: '900' });
    expect(await leases.take(before, 'late')).toBeUndefined();
  });

  it('of a reshard is not taken away by a member that had listed the shards before', async () => {
    const { leases, list } = freshLeases();
    await leases.sync([shard('s0')], []);
    const before = await leases.all();
    await leases.sync([shard('s0'), shard('s1', ['s0'])], before);
    await leases.sync([shard('s0')], before);
    expect(await list()).toEqual(['s0', 's1']);
  });

  it('of a shard that is no more is taken away', async () => {
    const { leases, list } = freshLeases();
    await leases.sync([shard('s0'), shard('s1', ['s0'])], []);
    await leases.sync([shard('s1', ['s0'])], await leases.all());
    expect(await list()).toEqual(['s1']);
  });
});

describe('a group on Kinesis', () => {
  useKinesis();

  it('loses a member that leaves at once, not after its session', async () => {
    const stream = await freshKinesis(2);
    const group = freshName('group');
    const leaver = await joinGroup(stream, group);
    const stayer = await joinGroup(stream, group);
    const each = () => [leaver, stayer].map(({ partitions }) => partitions.length);
    await vi.waitFor(() => {
      expect(each()).toEqual([1, 1]);
    }, 60_000);
    await leaver.leave();
    await vi.waitUntil(() => stayer.partitions.length === 2, 9000);
  });

  it('gives a shard to another member when what was in work is settled, and nothing twice', async () => {
    const store = freshStoreUrl();
    const stream = await openKinesisAt((await freshKinesis(2)).topic, store);
    await publish(stream, numbered(20));
    const group = freshName('group');
    const first = await joinGroup(stream, group);
    const taken = await take(first.deliveries[Symbol.asyncIterator](), 20);
    const second = await joinGroup(stream, group);
    // It has looked for what it may read three times and more.
    await vi.waitFor(async () => {
      const members = await inCollection(store, 'members', (documents) =>
        documents.find({ group }).toArray(),
      );
      expect(members.map(({ beats }) => Number(beats) > 5)).toEqual([true, true]);
    }, 60_000);
    expect(second.partitions).toEqual([]);
    for (const delivery of taken) delivery.settle();
    await vi.waitUntil(() => second.partitions.length === 1, 10_000);
    await publish(stream, numbered(22).slice(20));
    const [next] = await take(second.deliveries[Symbol.asyncIterator](), 1);
    expect(Number(next && textOf(next))).toBeGreaterThanOrEqual(20);
  });

  it('gives a dead member the shards away after its session, and what it had not settled', async () => {
    const stream = await freshKinesis(2);
    await publish(stream, numbered(20));
    const group = freshName('group');
    const dead = new AbortController();
    // Never leaves: its heart stops with its database.
    const store = freshStoreUrl();
    const [first, second] = await Promise.all([
      openKinesisAt(stream.topic, store),
      openKinesisAt(stream.topic, store),
    ]);
    const options = { group, prefetch: 32, sessionTimeoutMs: 2000 };
    const victim = await first.subscribe({ ...options, signal: dead.signal });
    const taken = await take(victim.deliveries[Symbol.asyncIterator](), 20);
    for (const delivery of taken.filter(({ origin }) => origin.partition === 0)) delivery.settle();
    await vi.waitUntil(async () => (await checkpoints(store, group)) === 1, 60_000);
    await first[Symbol.asyncDispose]();

    const stop = new AbortController();
    const heir = await second.subscribe({ ...options, signal: stop.signal });
    onTestFinished(() => heir[Symbol.asyncDispose]());
    const again = await take(heir.deliveries[Symbol.asyncIterator](), 10);
    expect(new Set(again.map(({ origin }) => origin.partition))).toEqual(new Set([1]));
    dead.abort();
    await victim[Symbol.asyncDispose]();
  });

  it('moves no checkpoint of a shard that another member has taken: what was in work comes again', async () => {
    const { topic } = await freshKinesis(1);
    const store = freshStoreUrl();
    const stream = await openKinesisAt(topic, store);
    await publish(stream, numbered(3));
    const group = freshName('group');
    const member = await joinGroup(stream, group);
    const iterator = member.deliveries[Symbol.asyncIterator]();
    const taken = await take(iterator, 3);
    await inCollection(store, 'leases', (leases) =>
      leases.updateOne({ group }, { $set: { owner: 'thief' } }),
    );
    for (const delivery of taken) delivery.settle();
    // The thief is nobody, so the shard comes back.
    expect((await take(iterator, 3)).map(textOf)).toEqual(texts(3));
  });

  it('hands out no more of a shard that another member has taken', async () => {
    const store = freshStoreUrl();
    const stream = await openKinesisAt((await freshKinesis(1)).topic, store);
    await publish(stream, numbered(3));
    const group = freshName('group');
    const robbed = await joinGroup(stream, group);
    const iterator = robbed.deliveries[Symbol.asyncIterator]();
    await take(iterator, 1);
    const heir = await joinGroup(stream, group);
    await inCollection(store, 'leases', async (leases) => {
      const lease = await leases.findOne({ group });
      const other = await inCollection(store, 'members', (members) =>
        members.findOne({ _id: { $ne: lease?.owner ?? '' } }),
      );
      await leases.updateOne({ group }, { $set: { owner: other?._id ?? '' }, $inc: { taken: 1 } });
    });
    await vi.waitUntil(() => robbed.partitions.length === 0 && heir.partitions.length === 1, 10_000);
    const more = take(iterator, 1);
    expect((await take(heir.deliveries[Symbol.asyncIterator](), 3)).map(textOf)).toEqual(texts(3));
    await robbed.leave();
    expect(await more).toEqual([]);
  });

  it('forgets members that died, and those of groups of which nobody is left', async () => {
    const store = freshStoreUrl();
    const stream = await openKinesisAt((await freshKinesis(1)).topic, store);
    const [group, left] = [freshName('group'), freshName('group')];
    const weeksAgo = new Date(Date.now() - 30 * 86_400_000);
    const member = await joinGroup(stream, group);
    await inCollection(store, 'members', async (members) => {
      for (const { stream: id } of await members.find({ group }).toArray()) {
        await members.insertOne({ _id: 'dead', stream: id, group, beats: 5 });
        await members.insertOne({ _id: 'forgotten', stream: id, group: left, beats: 5, at: weeksAgo });
      }
    });
    await vi.waitUntil(async () => (await idsOf(store)).length === 2, 60_000);
    const second = await joinGroup(stream, left);
    await vi.waitUntil(async () => !(await idsOf(store)).includes('forgotten'), 60_000);
    await member.leave();
    await second.leave();
    expect(await idsOf(store)).toEqual([]);
  });
});

function idsOf(store: string): Promise<string[]> {
  return inCollection(store, 'members', async (members) =>
    (await members.find().toArray()).map(({ _id }) => _id),
  );
}

/** Of a lease or a member. */
interface Document {
  readonly _id: string;
  readonly group: string;
  readonly stream: string;
  readonly owner?: string;
  readonly taken?: number;
  readonly checkpoint?: string | null;
  readonly beats?: number;
  readonly at?: Date;
}

/** How many shards the group has settled anything of. */
function checkpoints(store: string, group: string): Promise<number> {
  return inCollection(store, 'leases', (leases) =>
    leases.countDocuments({ group, checkpoint: { $ne: null } }),
  );
}

async function inCollection<T>(
  store: string,
  name: 'leases' | 'members',
  work: (documents: Collection<Document>) => Promise<T>,
): Promise<T> {
  await using client = new MongoClient(store);
  return await work(client.db().collection<Document>(`mvs.stream-${name}`));
}
