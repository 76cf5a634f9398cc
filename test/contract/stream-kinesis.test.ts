import { KinesisClient, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { MongoClient, type Collection } from 'mongodb';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Log } from '../../src/core/log.js';
import { measureLag } from '../../src/core/lag.js';
import { silentLog } from '../../src/core/log.js';
import { openKinesis } from '../../src/core/stream/kinesis/index.js';
import type { FrameStream } from '../../src/core/stream/port.js';
import {
  browsed,
  freshName,
  freshStoreUrl,
  joinGroup,
  numbered,
  publish,
  take,
  textOf,
} from '../support/fresh.js';
import { freshKinesis, openKinesisAt, region, useKinesis } from '../support/kinesis.js';
import { proxyBefore, refusal, type Answer, type Call, type Rule } from '../support/kinesis-proxy.js';
import { streamContract } from './stream.js';

const all = (count: number): string[] => numbered(count).map((_, n) => String(n));
const sorted = (texts: readonly string[]): string[] => [...texts].sort((a, b) => Number(a) - Number(b));

describe('Kinesis', () => {
  const kinesis = useKinesis();
  streamContract(freshKinesis, {
    reopen: (topic) => openKinesisAt(topic),
    partitions: true,
    // Kinesis tells how long a reader is behind, and not how many messages.
    countsLag: false,
    settledWithinMs: 20_000,
  });

  /** For the rest of the test. */
  async function pointTo(endpoint: string | Promise<string>): Promise<void> {
    vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', await endpoint);
    onTestFinished(() => {
      vi.stubEnv('AWS_ENDPOINT_URL_KINESIS', kinesis.endpoint());
    });
  }

  /** A stream behind a proxy that does as `rule` says. */
  async function streamBehind(rule: Rule, shards = 1, log = silentLog): Promise<FrameStream> {
    const { topic } = await freshKinesis(shards);
    await pointTo(proxyBefore(kinesis.endpoint(), rule));
    return openKinesisAt(topic, freshStoreUrl(), log);
  }

  describe('a request that is taken in part', () => {
    it('is repeated with what was not taken only, and the log is told once', async () => {
      const sizes: number[] = [];
      const told = { warn: vi.fn<Log['warn']>() };
      const rule: Rule = (call) => {
        if (call.action !== 'PutRecords') return undefined;
        sizes.push((call.body.Records as unknown[]).length);
        return takeSome((n) => n < 4, call);
      };
      const stream = await streamBehind(rule, 1, { ...silentLog, ...told });
      await publish(stream, numbered(12));
      expect(sizes).toEqual([12, 8, 4]);
      const { deliveries } = await joinGroup(stream, freshName('group'));
      const taken = await take(deliveries[Symbol.asyncIterator](), 12);
      expect(sorted(taken.map(textOf))).toEqual(all(12));
      expect(told.warn.mock.calls.map(([message]) => message)).toEqual([
        expect.stringContaining('takes no more at this rate'),
      ]);
    });

    it('does not touch the order of what is ordered: it is put one by one', async () => {
      let puts = 0;
      const stream = await streamBehind((call) => {
        if (call.action === 'PutRecords') return takeSome((n) => n > 0, call);
        if (call.action !== 'PutRecord' || ++puts % 3 !== 0) return undefined;
        return refusal('ProvisionedThroughputExceededException');
      });
      await publish(stream, numbered(12, true));
      const { deliveries } = await joinGroup(stream, freshName('group'));
      const taken = await take(deliveries[Symbol.asyncIterator](), 12);
      expect(taken.map(textOf)).toEqual(all(12));
    });
  });

  it('refuses a record that is too large before any is sent, and names the way out', async () => {
    const actions: string[] = [];
    const stream = await streamBehind(({ action }) => void actions.push(action));
    const large = { key: null, value: Buffer.alloc(1 << 20), headers: new Map(), ordered: false };
    await expect(publish(stream, [...numbered(1), large])).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/1048576 bytes is larger than the stream/) as string,
      hint: expect.stringMatching(/--width or --quality.*MaxRecordSizeInKiB/) as string,
    });
    expect(actions).not.toContain('PutRecords');
  });

  it('takes larger records where the stream does', async () => {
    const stream = await openKinesisAt(freshName('stream'));
    const settings = new Map([['MaxRecordSizeInKiB', '2048']]);
    await stream.createTopic({ partitions: 1, replicationFactor: 1, settings });
    const value = Buffer.alloc(1_200_000, 7);
    await publish(stream, [{ key: null, value, headers: new Map(), ordered: false }]);
    const { deliveries } = await joinGroup(stream, freshName('group'));
    const [delivery] = await take(deliveries[Symbol.asyncIterator](), 1);
    expect(value.equals(delivery?.message.value ?? Buffer.alloc(0))).toBe(true);
  });

  it('goes on behind what was read when its place in a shard has expired', async () => {
    const iterators: unknown[] = [];
    const types: unknown[] = [];
    let reads = 0;
    const stream = await streamBehind(({ action, body }) => {
      if (action === 'GetShardIterator') types.push(body.ShardIteratorType);
      if (action !== 'GetRecords') return undefined;
      iterators.push(body.ShardIterator);
      return ++reads === 2 ? refusal('ExpiredIteratorException') : undefined;
    });
    await publish(stream, numbered(50));
    const { deliveries } = await joinGroup(stream, freshName('group'));
    const taken = await take(deliveries[Symbol.asyncIterator](), 50);
    expect(taken.map(textOf)).toEqual(all(50));
    expect(types).toEqual(['TRIM_HORIZON', 'AFTER_SEQUENCE_NUMBER']);
  });

  it('keeps the order of a key over a reshard, though its first shard has not been read', async () => {
    const stream = await freshKinesis(1);
    await publish(stream, numbered(30, true).slice(0, 15));
    await split(stream.topic);
    await publish(stream, numbered(30, true).slice(15));
    const group = freshName('group');
    const tail = await stream.tail();
    const member = await joinGroup(stream, group);
    const iterator = member.deliveries[Symbol.asyncIterator]();
    const before = await take(iterator, 15);
    expect(before.map(textOf)).toEqual(all(15));
    // The shard that it came from is not settled yet.
    expect(member.partitions).toEqual([0]);
    for (const delivery of before) delivery.settle();
    const after = await take(iterator, 15);
    expect(after.map(textOf)).toEqual(all(30).slice(15));
    // One of them is empty, and may be taken a moment later.
    await vi.waitFor(() => {
      expect(member.partitions).toEqual([1, 2]);
    }, 20_000);
    expect(await tail.settledBy(group)).toBe(false);
    for (const delivery of after) delivery.settle();
    await vi.waitUntil(() => tail.settledBy(group), 20_000);
  });

  it('spreads over the new shards after a reshard, without a new publisher', async () => {
    const stream = await freshKinesis(1);
    await using publisher = await stream.publisher();
    await publisher.publish(numbered(2));
    await split(stream.topic);
    await publisher.publish(numbered(2));
    await publisher.publish(numbered(10));
    const { deliveries } = await joinGroup(stream, freshName('group'));
    const iterator = deliveries[Symbol.asyncIterator]();
    const partitions: number[] = [];
    for (const delivery of await take(iterator, 2)) delivery.settle();
    for (const { origin } of await take(iterator, 12)) partitions.push(origin.partition);
    for (const child of [1, 2]) {
      expect(partitions.filter((partition) => partition === child).length).toBeGreaterThanOrEqual(5);
    }
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
    await vi.waitUntil(async () => (await checkpoints(store, group)) === 1, 10_000);
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
    await inLeases(store, (leases) => leases.updateOne({ group }, { $set: { owner: 'thief' } }));
    for (const delivery of taken) delivery.settle();
    // The thief is nobody, so the shard comes back.
    expect((await take(iterator, 3)).map(textOf)).toEqual(all(3));
  });

  it('tells how long the oldest message waits, and that nothing does', async () => {
    const stream = await freshKinesis(1);
    const group = freshName('group');
    expect(await measureLag(stream, group)).toMatchObject({ total: null, lagSeconds: 0 });
    await publish(stream, numbered(3));
    await vi.waitFor(async () => {
      const { lagSeconds } = await measureLag(stream, group);
      expect(lagSeconds).toBeGreaterThan(0.5);
    }, 10_000);
    const member = await joinGroup(stream, group);
    const [row] = await stream.lag(group);
    expect(row).toMatchObject({
      partition: 0,
      lag: null,
      consumerId: expect.stringMatching(/^mvs-/) as string,
    });
    for (const delivery of await take(member.deliveries[Symbol.asyncIterator](), 3)) delivery.settle();
    await vi.waitFor(async () => {
      expect(await measureLag(stream, group)).toMatchObject({ lagSeconds: 0 });
    }, 10_000);
  });

  describe('browsing', () => {
    it('shows what shards hold that were split, before what came of them; all of such a shard may be settled', async () => {
      const stream = await freshKinesis(1);
      await publish(stream, numbered(30, true).slice(0, 15));
      await split(stream.topic);
      await publish(stream, numbered(30, true).slice(15));
      const group = freshName('group');
      const settled = async (): Promise<boolean[]> => {
        const found = await browsed(stream, group);
        expect(found.map(textOf)).toEqual(all(30));
        return found.map(({ isSettled }) => isSettled);
      };
      expect(await settled()).toEqual(all(30).map(() => false));
      const { deliveries } = await joinGroup(stream, group);
      const iterator = deliveries[Symbol.asyncIterator]();
      for (const delivery of await take(iterator, 15)) delivery.settle();
      // What came of the shard is handed out when all of it is settled.
      await take(iterator, 1);
      expect(await settled()).toEqual(all(30).map((_, n) => n < 15));
    });

    it('makes no leases', async () => {
      const store = freshStoreUrl();
      const { topic } = await freshKinesis(1);
      const stream = await openKinesisAt(topic, store);
      await publish(stream, numbered(3));
      expect(await browsed(stream, freshName('group'))).toHaveLength(3);
      expect(await inLeases(store, (leases) => leases.countDocuments())).toBe(0);
    });

    it('goes on behind what was read where reads are refused, or its place has expired', async () => {
      const errors = ['ExpiredIteratorException', 'ProvisionedThroughputExceededException'];
      let reads = 0;
      const stream = await streamBehind(({ action }) => {
        const error = action === 'GetRecords' && reads++ % 2 === 1 ? errors.shift() : undefined;
        return error === undefined ? undefined : refusal(error);
      });
      await publish(stream, numbered(2000));
      expect((await browsed(stream, freshName('group'))).map(textOf)).toEqual(all(2000));
      expect(errors).toEqual([]);
    });

    it('shows what Kinesis shows only a moment after it was published', async () => {
      let reads = 0;
      const stream = await streamBehind(({ action, body }) => {
        if (action !== 'GetRecords' || reads++ > 1) return undefined;
        const nothing = { Records: [], MillisBehindLatest: 0, NextShardIterator: body.ShardIterator };
        return Promise.resolve({ status: 200, body: nothing });
      });
      await publish(stream, numbered(3));
      expect((await browsed(stream, freshName('group'))).map(textOf)).toEqual(all(3));
    });

    it('ends before what arrived later, though there is always more', async () => {
      const stream = await streamBehind(({ action, pass }) =>
        action === 'GetRecords' ? withLaterRecord(pass) : undefined,
      );
      await publish(stream, numbered(5));
      expect((await browsed(stream, freshName('group'))).map(textOf)).toEqual(all(4));
    });
  });

  describe('says what is wrong', () => {
    it('with a stream that is missing', async () => {
      const stream = await openKinesisAt(freshName('missing'));
      await expect(stream.partitions()).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    });

    it('with credentials that are refused', async () => {
      await pointTo(proxyBefore(kinesis.endpoint(), () => refusal('UnrecognizedClientException')));
      await expect(openKinesisAt('any')).rejects.toMatchObject({ code: 'CONFIG' });
    });

    it('with an address where nobody answers, within seconds', async () => {
      await pointTo('http://127.0.0.1:1');
      const opening = openKinesis({ region, topic: 't', store: 'mongodb://127.0.0.1:1/x', log: silentLog });
      await expect(opening).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE', retriable: true });
    });
  });
});

/** Lets some of the records through and refuses the others, as a throttled stream does. */
async function takeSome(isTaken: (place: number) => boolean, { body, pass }: Call): Promise<Answer> {
  const records = body.Records as unknown[];
  const { status, body: answer } = await pass({ ...body, Records: records.filter((_, n) => isTaken(n)) });
  const taken = [...(answer.Records as unknown[])];
  const error = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'made up' };
  const Records = records.map((_, n) => (isTaken(n) ? taken.shift() : error));
  return { status, body: { ...answer, Records } };
}

/** As if the last record had come later than the others, and others behind it. */
async function withLaterRecord(pass: Call['pass']): Promise<Answer> {
  const { status, body } = await pass();
  const records = body.Records as { ApproximateArrivalTimestamp: number }[];
  const last = records.at(-1);
  if (last) last.ApproximateArrivalTimestamp += 60;
  return { status, body: { ...body, MillisBehindLatest: 1000 } };
}

/** Splits the only shard of a stream in the middle. */
async function split(topic: string): Promise<void> {
  const client = new KinesisClient({ region, requestHandler: new NodeHttpHandler() });
  onTestFinished(() => {
    client.destroy();
  });
  const NewStartingHashKey = String(2n ** 127n);
  await client.send(
    new SplitShardCommand({ StreamName: topic, ShardToSplit: 'shardId-000000000000', NewStartingHashKey }),
  );
  const stream = await openKinesisAt(topic);
  await vi.waitUntil(async () => (await stream.partitions()) === 2, 10_000);
}

/** How many shards the group has settled anything of. */
function checkpoints(store: string, group: string): Promise<number> {
  return inLeases(store, (leases) => leases.countDocuments({ group, checkpoint: { $ne: null } }));
}

async function inLeases<T>(store: string, work: (leases: Collection) => Promise<T>): Promise<T> {
  await using client = new MongoClient(store);
  return await work(client.db().collection('mvs.stream-leases'));
}
