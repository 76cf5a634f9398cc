import './coordinator-loss.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { typeOf } from '../client.js';
import { internalModule } from './kafkajs.js';

/** A member that waits longer for an answer may lose its session meanwhile. */
const answerMs = 2_000;

export type Beat = () => Promise<void>;

/**
 * What a member does before its partitions may move; resolves with whether it still wants to join.
 * @param beat sends a heartbeat, without which the group takes the member for dead
 */
export type BeforeJoining = (beat: Beat) => Promise<boolean>;

interface ConsumerGroup {
  readonly memberId: string | null;
  readonly instrumentationEmitter: { emit(event: string, payload: object): void };
  heartbeat(options: { readonly interval: number }): Promise<void>;
  joinAndSync(): Promise<void>;
  leave(): Promise<void>;
}

const { prototype } = internalModule('consumer/consumerGroup.js') as { readonly prototype: ConsumerGroup };
const { events } = internalModule('consumer/instrumentationEvents.js') as {
  readonly events: { readonly REBALANCING: 'consumer.rebalancing' };
};

const join = Reflect.get<ConsumerGroup, 'joinAndSync'>(prototype, 'joinAndSync');
const heartbeat = Reflect.get<ConsumerGroup, 'heartbeat'>(prototype, 'heartbeat');

const joining = new WeakMap<ConsumerGroup, Promise<void>>();
/** Those that have given up what they held, and have not joined since. */
const due = new WeakSet<ConsumerGroup>();

/**
 * kafkajs joins the group again as soon as it hears of a rebalance, wherever it hears of it, and leaves no time to settle what was taken:
 * the next owner of the partition would get it again. It fetches from each broker by itself, so several fetches may want to join at the
 * same time: they join once, because each join ends what the one before has begun.
 */
prototype.joinAndSync = function (this: ConsumerGroup): Promise<void> {
  const running = joining.get(this);
  if (running) return running;
  const work = settleAndJoin(this).finally(() => joining.delete(this));
  joining.set(this, work);
  return work;
};

/**
 * While one fetch has the member join, the others wait here: a heartbeat of the old generation would be refused, and the member would join
 * once more. A join that failed is made up for: kafkajs would read on as if it had not been needed.
 */
prototype.heartbeat = async function (this: ConsumerGroup, options): Promise<void> {
  await joining.get(this)?.catch(() => undefined);
  if (due.has(this)) throw Object.assign(new Error('the member has to join again'), rebalancing);
  await heartbeat.call(this, options);
};

const rebalancing = { type: 'REBALANCE_IN_PROGRESS', retriable: true };

async function settleAndJoin(group: ConsumerGroup): Promise<void> {
  const beat = (): Promise<void> => heartbeat.call(group, { interval: 0 });
  if (group.memberId !== null && (await isWaitedFor(beat))) {
    const answers: Promise<boolean>[] = [];
    const first = (work: BeforeJoining): void => {
      answers.push(work(beat));
    };
    group.instrumentationEmitter.emit(events.REBALANCING, { memberId: group.memberId, first });
    if (!(await Promise.all(answers)).every(Boolean)) {
      // A member that is still joining cannot leave, and the group would wait for it until its session ends.
      await group.leave().catch(() => undefined);
      return;
    }
    due.add(group);
  }
  await join.call(group);
  due.delete(group);
}

/** Has a consumer do this work each time before it joins its group again, while the group waits for it. */
export function beforeJoining(consumer: Consumer, work: BeforeJoining): void {
  consumer.on(events.REBALANCING, ({ payload }) => {
    // kafkajs emits the same event, when it is about to join.
    if ('first' in payload) (payload.first as (work: BeforeJoining) => void)(work);
  });
}

/** Whether the group still has this member: it accepts a heartbeat, or answers that it rebalances. A frozen broker answers nothing. */
export async function isWaitedFor(beat: Beat): Promise<boolean> {
  const answer = beat().then(
    () => true,
    (error: unknown) => typeOf(error) === 'REBALANCE_IN_PROGRESS',
  );
  return Promise.race([answer, sleep(answerMs, false, { ref: false })]);
}
