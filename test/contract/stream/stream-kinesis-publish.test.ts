import { DeleteStreamCommand } from '@aws-sdk/client-kinesis';
import { describe, expect, it } from 'vitest';
import { browsed, freshName, numbered, publish, textOf, texts } from '../../support/fresh.js';
import { freshKinesis, kinesisClient, openKinesisAt, useKinesis } from '../../support/kinesis.js';
import { refusal, type Answer, type Rule } from '../../support/kinesis-proxy.js';
import { publishContract } from './publish.js';

const group = freshName('group');

describe('publishing to Kinesis', () => {
  const kinesis = useKinesis();

  publishContract(freshKinesis, {
    losing: async (shards) => {
      let [puts, lost] = [0, 0];
      const stream = await kinesis.behind(({ action, pass }) => {
        if (!action.startsWith('PutRecord') || ++puts % 4 > 0) return undefined;
        const broken = { status: 502, body: {} };
        return ++lost % 2 === 0 ? Promise.resolve(broken) : pass().then(() => broken);
      }, shards);
      return { stream, lost: () => lost };
    },
    reopen: (topic) => openKinesisAt(topic),
    deleteTopic: (topic) => kinesisClient().send(new DeleteStreamCommand({ StreamName: topic })),
    group,
  });

  describe('sends again', () => {
    /** Kinesis never sees the first request of this kind, and its answer is made up. */
    const insteadOf = (action: string, body: Record<string, unknown>): { rule: Rule; sent: number[] } => {
      const sent: number[] = [];
      const answer: Answer = { status: 200, body };
      return {
        sent,
        rule: (call) => {
          if (call.action !== action) return undefined;
          sent.push(Array.isArray(call.body.Records) ? call.body.Records.length : 1);
          return sent.length === 1 ? Promise.resolve(answer) : undefined;
        },
      };
    };

    it.each([
      ['no results', {}],
      ['fewer results than records, none with a number', { Records: [{}, {}] }],
      ['an empty number', { Records: Array.from({ length: 6 }, () => ({ SequenceNumber: '' })) }],
    ])('records whose answer has %s', async (_, body) => {
      const { rule, sent } = insteadOf('PutRecords', { FailedRecordCount: 0, ...body });
      const stream = await kinesis.behind(rule);
      await publish(stream, numbered(6));
      expect(sent).toEqual([6, 6]);
      expect((await browsed(stream, group)).map(textOf).sort()).toEqual(texts(6));
    });

    it('an ordered record whose answer has no number', async () => {
      const { rule, sent } = insteadOf('PutRecord', { ShardId: 'shardId-000000000000' });
      const stream = await kinesis.behind(rule);
      await publish(stream, numbered(3, true));
      expect(sent).toHaveLength(4);
      expect((await browsed(stream, group)).map(textOf)).toEqual(texts(3));
    });
  });

  it('is not confirmed where the stream was made anew meanwhile', async () => {
    const stream = await freshKinesis(1);
    await using publisher = await stream.publisher();
    await publisher.publish(numbered(1));
    await publisher.confirm();
    await kinesisClient().send(new DeleteStreamCommand({ StreamName: stream.topic }));
    expect(await stream.createTopic({ partitions: 1, replicationFactor: 1 })).toBe(true);
    await publisher.publish(numbered(1));
    await expect(publisher.confirm()).rejects.toMatchObject({ code: 'TOPIC_RECREATED' });
  });

  it('is refused at once while the stream is being deleted, which may take minutes', async () => {
    let isDeleting = false;
    const stream = await kinesis.behind(({ action, pass }) => {
      if (!isDeleting) return undefined;
      if (action.startsWith('PutRecord')) return refusal('ResourceInUseException');
      return action === 'DescribeStreamSummary' ? pass().then(deleting) : undefined;
    });
    await using publisher = await stream.publisher();
    isDeleting = true;
    const missing = { code: 'TOPIC_MISSING', message: expect.stringContaining('is being deleted') as string };
    for (const ordered of [false, true]) {
      await expect(publisher.publish(numbered(1, ordered))).rejects.toMatchObject(missing);
    }
    await expect(stream.publisher()).rejects.toMatchObject(missing);
  });
});

function deleting({ status, body }: Answer): Answer {
  const summary = body.StreamDescriptionSummary as Record<string, unknown>;
  return { status, body: { StreamDescriptionSummary: { ...summary, StreamStatus: 'DELETING' } } };
}
