import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import {
  browsed,
  freshName,
  freshStoreUrl,
  joinGroup,
  numbered,
  publish,
  take,
  textOf,
  texts,
} from '../../support/fresh.js';
import { freshKinesis, openKinesisAt, split, useKinesis } from '../../support/kinesis.js';
import { refusal, type Answer, type Call } from '../../support/kinesis-proxy.js';

describe('browsing a stream of Kinesis', () => {
  const kinesis = useKinesis();

  it('shows what shards hold that were split, before what came of them; all of such a shard may be settled', async () => {
    const stream = await freshKinesis(1);
    await publish(stream, numbered(30, true).slice(0, 15));
    await split(stream);
    await publish(stream, numbered(30, true).slice(15));
    const group = freshName('group');
    const settled = async (): Promise<boolean[]> => {
      const found = await browsed(stream, group);
      expect(found.map(textOf)).toEqual(texts(30));
      return found.map(({ isSettled }) => isSettled);
    };
    expect(await settled()).toEqual(texts(30).map(() => false));
    const { deliveries } = await joinGroup(stream, group);
    const iterator = deliveries[Symbol.asyncIterator]();
    for (const delivery of await take(iterator, 15)) delivery.settle();
    // What came of the shard is handed out when all of it is settled.
    await take(iterator, 1);
    expect(await settled()).toEqual(texts(30).map((_, n) => n < 15));
  });

  it('makes no leases', async () => {
    const store = freshStoreUrl();
    const { topic } = await freshKinesis(1);
    const stream = await openKinesisAt(topic, store);
    await publish(stream, numbered(3));
    expect(await browsed(stream, freshName('group'))).toHaveLength(3);
    await using client = new MongoClient(store);
    expect(await client.db().collection('mvs.stream-leases').countDocuments()).toBe(0);
  });

  it('goes on behind what was read where reads are refused, or its place has expired', async () => {
    const errors = ['ExpiredIteratorException', 'ProvisionedThroughputExceededException'];
    let reads = 0;
    const stream = await kinesis.behind(({ action }) => {
      const error = action === 'GetRecords' && reads++ % 2 === 1 ? errors.shift() : undefined;
      return error === undefined ? undefined : refusal(error);
    });
    await publish(stream, numbered(2000));
    expect((await browsed(stream, freshName('group'))).map(textOf)).toEqual(texts(2000));
    expect(errors).toEqual([]);
  });

  it('shows what Kinesis shows only a moment after it was published', async () => {
    let reads = 0;
    const stream = await kinesis.behind(({ action, body }) => {
      if (action !== 'GetRecords' || reads++ > 1) return undefined;
      const nothing = { Records: [], MillisBehindLatest: 0, NextShardIterator: body.ShardIterator };
      return Promise.resolve({ status: 200, body: nothing });
    });
    await publish(stream, numbered(3));
    expect((await browsed(stream, freshName('group'))).map(textOf)).toEqual(texts(3));
  });

  it('ends before what arrived later, though there is always more', async () => {
    const stream = await kinesis.behind(({ action, pass }) =>
      action === 'GetRecords' ? withLaterRecord(pass) : undefined,
    );
    await publish(stream, numbered(5));
    expect((await browsed(stream, freshName('group'))).map(textOf)).toEqual(texts(4));
  });
});

/** As if the last record had come later than the others, and others behind it. */
async function withLaterRecord(pass: Call['pass']): Promise<Answer> {
  const { status, body } = await pass();
  const records = body.Records as { ApproximateArrivalTimestamp: number }[];
  const last = records.at(-1);
  if (last) last.ApproximateArrivalTimestamp += 60;
  return { status, body: { ...body, MillisBehindLatest: 1000 } };
}
