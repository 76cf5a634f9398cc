import kafkajs, { type Consumer } from 'kafkajs';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { internalModule } from '../../../src/core/stream/kafka/internals/kafkajs.js';

/** The patch before-joining.ts: see kafkajs-internals.test.ts. */

const { KafkaJSConnectionError } = kafkajs;
const silent = { namespace: () => silent, debug: () => undefined };
const REBALANCING = 'consumer.rebalancing';
const steps: string[] = [];
const listeners: ((event: { payload: object }) => void)[] = [];
let isWanted = true;
let settled = Promise.resolve();
const work = async (beat: () => Promise<void>): Promise<boolean> => {
  await beat().catch(() => undefined);
  await settled;
  steps.push('settled');
  return isWanted;
};
const rebalancing = (): Promise<never> => refusal('REBALANCE_IN_PROGRESS');
const well = (): Promise<void> => Promise.resolve();
const refusal = (type: string): Promise<never> => Promise.reject(Object.assign(new Error(type), { type }));

interface ConsumerGroup {
  joinAndSync: () => Promise<void>;
  heartbeat: (options: object) => Promise<void>;
  leave: () => Promise<void>;
}
const member = (memberId: string | null, heartbeat: () => Promise<void>, join = well): ConsumerGroup => {
  const Group = internalModule('consumer/consumerGroup.js') as new (options: object) => ConsumerGroup;
  return Object.assign(new Group({ logger: silent }), {
    memberId,
    coordinator: { heartbeat, leaveGroup: () => Promise.resolve(steps.push('left')) },
    instrumentationEmitter: {
      emit: (name: string, payload: object) => {
        if (name === REBALANCING) for (const listener of listeners) listener({ payload });
      },
    },
    retrier: async () => {
      steps.push('joined');
      await join();
    },
  });
};

beforeAll(async () => {
  await member('m', rebalancing).joinAndSync();
  expect(steps.splice(0)).toEqual(['joined']);
  const { beforeJoining } = await import('../../../src/core/stream/kafka/internals/before-joining.js');
  const on = (name: string, listener: (typeof listeners)[number]) =>
    name === REBALANCING && listeners.push(listener);
  beforeJoining({ events: { REBALANCING }, on } as unknown as Consumer, work);
});

beforeEach(() => {
  steps.length = 0;
  [isWanted, settled] = [true, Promise.resolve()];
});

it('kafkajs joins its group again at once, though the group would wait for it', async () => {
  await member('m', rebalancing).joinAndSync();
  expect(steps.splice(0)).toEqual(['settled', 'joined']);
  // No group waits for a member that is new, or that it has given up; and a frozen broker does not say.
  await member(null, rebalancing).joinAndSync();
  await member('m', () => refusal('UNKNOWN_MEMBER_ID')).joinAndSync();
  await member('m', () => new Promise(() => undefined)).joinAndSync();
  expect(steps).toEqual(['joined', 'joined', 'joined']);
  for (const listener of listeners) listener({ payload: { groupId: 'g', memberId: 'm' } });
});

it('kafkajs joins once for each broker that it fetches from, and again for a heartbeat meanwhile', async () => {
  let settle = (): void => undefined;
  settled = new Promise((resolve) => (settle = resolve));
  const beats: string[] = [];
  const group = member('m', () => Promise.resolve(void beats.push(steps.join())));
  const joins = [group.joinAndSync(), group.joinAndSync()];
  const beat = group.heartbeat({ interval: 0 });
  settle();
  await Promise.all([...joins, beat]);
  expect(steps).toEqual(['settled', 'joined']);
  expect(beats.at(-1)).toBe('settled,joined');
});

it('kafkajs reads on after a join that has failed, with what it has given up', async () => {
  let fails = true;
  const lost = new KafkaJSConnectionError('closed');
  const group = member('m', well, () => (fails ? Promise.reject(lost) : well()));
  await expect(group.joinAndSync()).rejects.toBe(lost);
  await expect(group.heartbeat({ interval: 0 })).rejects.toMatchObject({ type: 'REBALANCE_IN_PROGRESS' });
  fails = false;
  await group.joinAndSync();
  await group.heartbeat({ interval: 0 });
});

it('kafkajs joins again though the consumer is about to leave, and the group has to wait for both', async () => {
  isWanted = false;
  await member('m', rebalancing).joinAndSync();
  expect(steps).toEqual(['settled', 'left']);
});
