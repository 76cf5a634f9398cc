import { describe, expect, it, onTestFinished } from 'vitest';
import type { ResetTarget, StreamAdmin } from '../../../src/core/stream/admin-port.js';
import type { FrameStream } from '../../../src/core/stream/port.js';
import { freshName, joinGroup, lagOf, numbered, publish, take, textOf } from '../../support/fresh.js';

export interface Administered {
  readonly stream: FrameStream;
  readonly admin: StreamAdmin;
}

/** What every adapter promises to those who look after topics. `open` gives a topic of its own with so many partitions. */
export function streamAdminContract(open: (partitions: number) => Promise<Administered>): void {
  async function withMessages(partitions: number, count: number) {
    const { stream, admin } = await open(partitions);
    onTestFinished(() => admin[Symbol.asyncDispose]());
    await publish(stream, numbered(count));
    const group = freshName('group');
    const { topic } = stream;
    const plan = (to: ResetTarget, chosen?: number[]) =>
      admin.planReset({ topic, group, to, partitions: chosen });
    const reset = async (to: ResetTarget, chosen?: number[]) => {
      const { partitions: moves } = await plan(to, chosen);
      await admin.resetOffsets({ topic, group }, moves);
    };
    const committed = async () => (await lagOf(stream, group)).map(({ currentOffset }) => currentOffset);
    return { stream, admin, topic, group, plan, reset, committed };
  }

  describe('a topic', () => {
    it('is listed with its partitions and the number of its messages', async () => {
      const { admin, topic } = await withMessages(2, 5);
      const found = (await admin.topics()).find((summary) => summary.topic === topic);
      expect(found).toEqual({ topic, partitions: 2, replicationFactor: 1, messages: 5, internal: false });
    });

    it('is described with its partitions and the groups that have settled something', async () => {
      const { admin, stream, topic, group, reset } = await withMessages(2, 6);
      await reset({ offset: 1n });
      const described = await admin.describeTopic(topic);
      expect(described).toMatchObject({ topic, messages: 6, deadLetterTopic: stream.deadLetterTopic });
      expect(
        described.partitionStates.map(({ partition, logEndOffset }) => [partition, logEndOffset]),
      ).toEqual([
        [0, 3],
        [1, 3],
      ]);
      expect(described.groups).toEqual([{ group, state: 'Empty', lag: 4 }]);
    });

    it('is gone when it is deleted, and its namesake begins with nothing', async () => {
      const { admin, stream, topic } = await withMessages(1, 3);
      await admin.deleteTopics([topic]);
      await expect(admin.describeTopic(topic)).rejects.toMatchObject({ code: 'TOPIC_MISSING' });
      expect((await admin.topics()).map((summary) => summary.topic)).not.toContain(topic);
      expect(await stream.createTopic({ partitions: 2, replicationFactor: 1 })).toBe(true);
      expect(await admin.describeTopic(topic)).toMatchObject({ partitions: 2, messages: 0 });
    });

    it('that does not exist can neither be described nor read from another place', async () => {
      const { admin, group } = await withMessages(1, 0);
      const missing = freshName('missing');
      const code = 'TOPIC_MISSING';
      await expect(admin.describeTopic(missing)).rejects.toMatchObject({ code });
      await expect(admin.planReset({ topic: missing, group, to: 'latest' })).rejects.toMatchObject({ code });
    });
  });

  describe('a group', () => {
    it('that is moved back gets the messages again; one that is moved on does not get them', async () => {
      const { stream, group, reset } = await withMessages(1, 10);
      const first = await joinGroup(stream, group);
      for (const delivery of await take(first.deliveries[Symbol.asyncIterator](), 10)) delivery.settle();
      await first.leave();
      await reset({ offset: 4n });
      const second = await joinGroup(stream, group);
      const again = await take(second.deliveries[Symbol.asyncIterator](), 6);
      expect(again.map(textOf)).toEqual(['4', '5', '6', '7', '8', '9']);
    });

    it('is planned for without being moved, from nothing and from where it stands', async () => {
      const { plan, reset, committed } = await withMessages(2, 6);
      const ends = { logStartOffset: 0, logEndOffset: 3 };
      expect(await plan('latest')).toEqual({
        activeMembers: 0,
        partitions: [0, 1].map((partition) => ({ partition, currentOffset: null, newOffset: 3, ...ends })),
      });
      expect(await committed()).toEqual([null, null]);
      await reset('latest');
      await plan('earliest');
      expect(await committed()).toEqual([3, 3]);
    });

    it('may be moved on some partitions only, to an end, an offset or a time', async () => {
      const { stream, plan, reset, committed } = await withMessages(2, 6);
      await reset('latest');
      await reset('earliest', [1]);
      expect(await committed()).toEqual([3, 0]);
      await reset({ offset: 99n });
      expect(await committed()).toEqual([3, 3]);

      const before = await atNextMillisecond();
      await publish(stream, numbered(2));
      await reset({ time: before });
      expect(await committed()).toEqual([3, 3]);
      await reset({ time: new Date(0) });
      expect(await committed()).toEqual([0, 0]);
      await reset({ time: await atNextMillisecond() });
      expect(await committed()).toEqual([4, 4]);
      await expect(plan('latest', [0, 2])).rejects.toMatchObject({ code: 'USAGE' });
    });

    it('stays where it is while it has members, also where one has come since the plan', async () => {
      const { stream, admin, topic, group, plan, reset, committed } = await withMessages(1, 3);
      await reset({ offset: 2n });
      const { partitions } = await plan('earliest');
      await joinGroup(stream, group);
      expect(await plan('earliest')).toMatchObject({ activeMembers: 1 });
      await expect(admin.resetOffsets({ topic, group }, partitions)).rejects.toMatchObject({
        code: 'GROUP_ACTIVE',
      });
      expect(await committed()).toEqual([2]);
    });
  });
}

/** Messages published before it are older than it, and those published from now on are not. */
async function atNextMillisecond(): Promise<Date> {
  const now = Date.now();
  while (Date.now() === now) await new Promise(setImmediate);
  return new Date();
}
