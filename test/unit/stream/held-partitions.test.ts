import type { Admin, EachBatchPayload } from 'kafkajs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { silentLog } from '../../../src/core/base/log.js';
import { HeldPartitions } from '../../../src/core/stream/kafka/held-partitions.js';

const topic = 't';
const longerThanComparisonsHold = 1_000;

/** A member whose questions about its group are answered once `answer` is called, and what it commits. */
function holding(standing: string) {
  let answer: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (answer = resolve));
  const admin = {
    fetchOffsets: async () => {
      await asked;
      return [{ topic, partitions: [{ partition: 0, offset: standing }] }];
    },
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, low: '0' }]),
  } as unknown as Admin;
  const committed: unknown[] = [];
  const payload = {
    batch: { topic, partition: 0, fetchedOffset: '0', firstOffset: () => '0' },
    commitOffsetsIfNecessary: (offsets: unknown) => Promise.resolve(committed.push(offsets)),
  } as unknown as EachBatchPayload;
  const held = new HeldPartitions({ admin, topic, log: silentLog }, { group: 'g' }, () => undefined);
  held.rebalanced('m', [0]);
  return { held, payload, committed, answer };
}

it('commits nothing for the generation before, though the broker answers only after the next one has begun', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { held, payload, committed, answer } = holding('0');
  const commit = held.commitBy(payload, held.current);
  vi.setSystemTime(Date.now() + longerThanComparisonsHold);
  const late = commit(0, 3n);
  held.rebalanced('m', [0]);
  answer();
  await expect(late).rejects.toThrow('the group has rebalanced');
  expect(committed).toEqual([]);
});

it('begins no partition for the generation before', async () => {
  const { held, payload, committed, answer } = holding('-1');
  const judging = held.judge(payload, held.current);
  held.rebalanced('m', [0]);
  answer();
  await judging;
  expect(committed).toEqual([]);
});

it('reads a partition again from where it has read to, once, when a late batch begins behind that', async () => {
  const { held, payload, answer } = holding('0');
  answer();
  const from = (fetchedOffset: string): EachBatchPayload => ({
    ...payload,
    batch: { ...payload.batch, fetchedOffset, firstOffset: () => fetchedOffset } as EachBatchPayload['batch'],
  });
  const { current } = held;
  expect(await held.judge(from('0'), current)).toBe('read');
  current.positions.passed(0, 10n);
  expect(await held.judge(from('20'), current)).toEqual({ seek: 10n });
  // Between the two there are only control records.
  expect(await held.judge(from('20'), current)).toBe('read');
});
