import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import { typeOf } from '../client.js';
import { internalModule } from './kafkajs.js';

/** A member that waits longer for an answer may lose its session meanwhile. */
const answerMs = 2_000;

type Beat = () => Promise<void>;

/** What a member does before its partitions may move. @param beat sends a heartbeat, without which the group takes the member for dead */
type Work = (beat: Beat) => Promise<void>;

interface ConsumerGroup {
  readonly memberId: string | null;
  readonly instrumentationEmitter: { emit(event: string, payload: object): void };
  heartbeat(options: { readonly interval: number }): Promise<void>;
  joinAndSync(): Promise<void>;
}

const { prototype } = internalModule('consumer/consumerGroup.js') as { readonly prototype: ConsumerGroup };
const { events } = internalModule('consumer/instrumentationEvents.js') as {
  readonly events: { readonly REBALANCING: 'consumer.rebalancing' };
};

const join = Reflect.get<ConsumerGroup, 'joinAndSync'>(prototype, 'joinAndSync');

/**
 * kafkajs joins the group again as soon as it hears of a rebalance, wherever it hears of it, and gives nobody the time to settle what is
 * in work: the next owner of the partition would get it again.
 */
prototype.joinAndSync = async function (this: ConsumerGroup): Promise<void> {
  const beat = (): Promise<void> => this.heartbeat({ interval: 0 });
  if (this.memberId !== null && (await isWaitedFor(beat))) {
    const pending: Promise<void>[] = [];
    const first = (work: Work): void => {
      pending.push(work(beat));
    };
    this.instrumentationEmitter.emit(events.REBALANCING, { memberId: this.memberId, first });
    await Promise.all(pending);
  }
  await join.call(this);
};

/** Has a consumer do this work each time before it joins its group again, while the group waits for it. */
export function beforeJoining(consumer: Consumer, work: Work): void {
  consumer.on(events.REBALANCING, ({ payload }) => {
    // kafkajs emits the same event, when it is about to join.
    if ('first' in payload) (payload.first as (work: Work) => void)(work);
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
