import { logLevel } from 'kafkajs';
import { expect, it, vi } from 'vitest';
import { describeLeaderless, describeOutage } from '../../../src/core/stream/servers.js';
import { outageNotice } from '../../../src/core/stream/kafka/outage.js';
import { assess } from '../../../src/core/stream/kafka/standing.js';

const broker = (nodeId: number) => ({ nodeId, address: `b${nodeId}:9092` });
const partition = (id: number, leader: number, replicas: readonly number[]) => ({
  partition: id,
  leader,
  replicas,
});
const none = { answering: [], silent: [] };

it('a broker that is registered and does not answer is one of those that are known', () => {
  const topics = [
    { topic: 't', partitions: [partition(1, 2, [2, 1]), partition(0, -1, [3]), partition(2, 1, [1])] },
  ];
  const view = { brokers: [broker(1), broker(2), broker(3)], topics };
  const given = { answering: ['b1:9092'], silent: ['b3:9092'] };
  const standing = assess(view, given, { answering: [], silent: ['b2:9092'] });
  expect(describeOutage(standing)).toBe('2 of 3 brokers do not answer: b2:9092, b3:9092');
  expect(describeLeaderless(standing.leaderless)).toBe('partitions 0, 1 of t have no leader that answers');
  expect(standing.advertisedInVain).toEqual([]);
});

it.each([
  ['an address that was given', ['b9:9092'], '1 of 2 brokers does not answer: b9:9092'],
  ['the replicas, without an address', [], '1 of 2 brokers does not answer: broker 7'],
  [
    'more addresses than replicas are missing',
    ['b8:9092', 'b9:9092'],
    '2 of 3 brokers do not answer: b8:9092, b9:9092',
  ],
])('a broker that is no longer registered is found by %s', (_, silent, outage) => {
  const view = { brokers: [broker(1)], topics: [{ topic: 't', partitions: [partition(0, 1, [1, 7])] }] };
  expect(describeOutage(assess(view, { answering: ['b1:9092'], silent }, none))).toBe(outage);
});

it('one server by two names counts once, and nothing is missing where all answer', () => {
  const view = { brokers: [{ nodeId: 1, address: '127.0.0.1:9092' }], topics: [] };
  const standing = assess(view, { answering: ['localhost:9092'], silent: [] }, none);
  expect(standing).toMatchObject({ known: ['127.0.0.1:9092'], unreachable: [], leaderless: [] });
  expect(describeOutage(standing)).toBeUndefined();
});

it('addresses that brokers advertise and that cannot be reached are distinguished from brokers that are down', () => {
  const standing = assess(
    { brokers: [broker(1)], topics: [] },
    { answering: ['gateway:9092'], silent: [] },
    { answering: [], silent: ['b1:9092'] },
  );
  expect(standing.advertisedInVain).toEqual(['b1:9092']);
});

it('of many topics without a leader three are named', () => {
  const leaderless = ['a', 'b', 'c', 'd', 'e'].map((topic) => ({ topic, partitions: [0] }));
  expect(describeLeaderless(leaderless)).toBe(
    'partition 0 of a and partition 0 of b and partition 0 of c and partitions of 2 more topics have no leader that answers',
  );
});

it('an outage is reported with the brokers that are missing, and once more when none is left', () => {
  vi.useFakeTimers();
  const warn = vi.fn();
  const notice = outageNotice({ debug: vi.fn(), info: vi.fn(), warn }, ['b1:9092', 'b2:9092']);
  const fail = (log: object): void => {
    vi.advanceTimersByTime(1_000);
    notice({
      namespace: '',
      level: logLevel.ERROR,
      label: '',
      log: { timestamp: '', message: 'Connection error', ...log },
    });
  };
  for (let n = 0; n < 6; n += 1) fail({ broker: 'b1:9092' });
  for (let n = 0; n < 6; n += 1)
    fail({ message: 'Response Produce', error: 'There is no leader for this topic-partition' });
  for (let n = 0; n < 6; n += 1) for (const broker of ['b1:9092', 'b2:9092']) fail({ broker });
  vi.useRealTimers();
  expect(warn.mock.calls.flat()).toEqual([
    'brokers cannot be reached: b1:9092; trying again until they answer',
    'too few brokers are available: There is no leader for this topic-partition; trying again until it works',
    'no broker can be reached: Connection error; trying again until one answers',
  ]);
});
