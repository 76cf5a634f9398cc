import { describe, expect, it, vi } from 'vitest';
import { measureLag } from '../../../src/core/operate/lag.js';
import { silentLog, type Log } from '../../../src/core/base/log.js';
import { openKinesis } from '../../../src/core/stream/kinesis/index.js';
import { freshName, joinGroup, numbered, publish, take, textOf, texts } from '../../support/fresh.js';
import { freshKinesis, openKinesisAt, region, useKinesis } from '../../support/kinesis.js';
import { proxyBefore, refusal, type Answer, type Call, type Rule } from '../../support/kinesis-proxy.js';
import { streamContract } from './stream.js';

const sorted = (texts: readonly string[]): string[] => [...texts].sort((a, b) => Number(a) - Number(b));

describe('Kinesis', () => {
  const kinesis = useKinesis();
  streamContract(freshKinesis, {
    reopen: (topic) => openKinesisAt(topic),
    // Kinesis says how long a reader is behind, and not how many messages.
    capabilities: { partitions: true, counts: false, showsGroups: true, keepsSettled: true },
    settledWithinMs: 20_000,
  });

  describe('a request that is taken in part', () => {
    it('is repeated with what was not taken only, and the log is told once', async () => {
      const sizes: number[] = [];
      const told = { warn: vi.fn<Log['warn']>() };
      const rule: Rule = (call) => {
        if (call.action !== 'PutRecords') return undefined;
        sizes.push((call.body.Records as unknown[]).length);
        return takeSome((n) => n < 4, call);
      };
      const stream = await kinesis.behind(rule, 1, { ...silentLog, ...told });
      await publish(stream, numbered(12));
      expect(sizes).toEqual([12, 8, 4]);
      const { deliveries } = await joinGroup(stream, freshName('group'));
      const taken = await take(deliveries[Symbol.asyncIterator](), 12);
      expect(sorted(taken.map(textOf))).toEqual(texts(12));
      expect(told.warn.mock.calls.map(([message]) => message)).toEqual([
        expect.stringContaining('is exceeded (1 MiB or 1,000 records per second and shard)'),
      ]);
    });

    it('does not touch the order of what is ordered: it is put one by one', async () => {
      let puts = 0;
      const stream = await kinesis.behind((call) => {
        if (call.action === 'PutRecords') return takeSome((n) => n > 0, call);
        if (call.action !== 'PutRecord' || ++puts % 3 !== 0) return undefined;
        return refusal('ProvisionedThroughputExceededException');
      });
      await publish(stream, numbered(12, true));
      const { deliveries } = await joinGroup(stream, freshName('group'));
      const taken = await take(deliveries[Symbol.asyncIterator](), 12);
      expect(taken.map(textOf)).toEqual(texts(12));
    });
  });

  it('refuses a record that is too large before any is sent, and names the way out', async () => {
    const actions: string[] = [];
    const stream = await kinesis.behind(({ action }) => void actions.push(action));
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
    const stream = await kinesis.behind(({ action, body }) => {
      if (action === 'GetShardIterator') types.push(body.ShardIteratorType);
      if (action !== 'GetRecords') return undefined;
      iterators.push(body.ShardIterator);
      return ++reads === 2 ? refusal('ExpiredIteratorException') : undefined;
    });
    await publish(stream, numbered(50));
    const { deliveries } = await joinGroup(stream, freshName('group'));
    const taken = await take(deliveries[Symbol.asyncIterator](), 50);
    expect(taken.map(textOf)).toEqual(texts(50));
    expect(types).toEqual(['TRIM_HORIZON', 'AFTER_SEQUENCE_NUMBER']);
  });

  it('tells how long the oldest message waits, and that nothing does', async () => {
    const stream = await freshKinesis(1);
    const group = freshName('group');
    expect(await measureLag(stream, group)).toMatchObject({ total: null, lagSeconds: 0 });
    await publish(stream, numbered(3));
    await vi.waitFor(async () => {
      const { lagSeconds } = await measureLag(stream, group);
      expect(lagSeconds).toBeGreaterThan(0.5);
    }, 60_000);
    const member = await joinGroup(stream, group);
    const { partitions } = await measureLag(stream, group);
    expect(partitions[0]).toMatchObject({
      partition: 0,
      lag: null,
      consumerId: expect.stringMatching(/^mvs-/) as string,
    });
    for (const delivery of await take(member.deliveries[Symbol.asyncIterator](), 3)) delivery.settle();
    await vi.waitFor(async () => {
      expect(await measureLag(stream, group)).toMatchObject({ lagSeconds: 0 });
    }, 60_000);
  });

  describe('says what is wrong', () => {
    it('with a stream that is missing', async () => {
      const stream = await openKinesisAt(freshName('missing'));
      await expect(stream.partitions()).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
    });

    it('with credentials that are refused', async () => {
      await kinesis.pointTo(proxyBefore(kinesis.endpoint(), () => refusal('UnrecognizedClientException')));
      await expect(openKinesisAt('any')).rejects.toMatchObject({ code: 'CONFIG' });
    });

    it('with an address where nobody answers, within seconds', async () => {
      await kinesis.pointTo('http://127.0.0.1:1');
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
