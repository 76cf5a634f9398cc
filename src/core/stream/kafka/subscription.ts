import type { EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { unlessAborted } from '../../base/abort.js';
import type { Assignment } from '../assignment.js';
import { closeGraceMs } from '../closing.js';
import type { DeliveryQueue } from '../delivery-queue.js';
import { subscribeAs, type AssignedDelivery, type GroupMember } from '../group-member.js';
import type { SubscribeOptions, Subscription } from '../port.js';
import { kafkaError } from './client.js';
import { GroupConsumer } from './group-consumer.js';
import { HeldPartitions, type Held } from './held-partitions.js';
import { settleBeforeJoining } from './membership.js';
import { toStreamMessage } from './message.js';
import type { PositionsContext } from './positions.js';

export interface SubscriptionContext extends PositionsContext {
  readonly client: Kafka;
}

/** One member of a consumer group, pulled by its reader: kafkajs fetches on only when there is room. */
export async function openSubscription(
  context: SubscriptionContext,
  options: SubscribeOptions,
): Promise<Subscription> {
  try {
    return await subscribeAs<AssignedDelivery>((queue) => new KafkaMember(context, options, queue), options);
  } catch (error) {
    throw kafkaError(error, `joining group ${options.group}`);
  }
}

class KafkaMember implements GroupMember<AssignedDelivery> {
  readonly #context: SubscriptionContext;
  readonly #group: string;
  readonly #queue: DeliveryQueue<AssignedDelivery>;
  readonly #consumer: GroupConsumer;
  readonly #held: HeldPartitions;

  constructor(
    context: SubscriptionContext,
    options: SubscribeOptions,
    queue: DeliveryQueue<AssignedDelivery>,
  ) {
    this.#context = context;
    this.#group = options.group;
    this.#queue = queue;
    this.#held = new HeldPartitions(context, options, () => {
      this.#consumer.joinAgain();
    });
    this.#consumer = new GroupConsumer(context, options, {
      onJoin: (memberId, partitions) => {
        this.#held.rebalanced(memberId, partitions);
      },
      onFetch: () => {
        this.#held.compareIfIdle();
      },
      onBatch: (payload) => this.#receive(payload),
      beforeJoining: async (beat) => {
        await settleBeforeJoining(this.#held.current.assignment, beat, this.#consumer.heartbeatMs);
        return !queue.ended;
      },
      onFailure: (error) => {
        queue.destroy(kafkaError(error, `reading ${context.topic}`));
      },
      isWanted: () => !queue.ended,
    });
  }

  get partitions(): readonly number[] {
    return this.#held.partitions;
  }

  get polls(): number {
    return this.#consumer.polls;
  }

  async join(reading: AbortSignal): Promise<void> {
    await unlessAborted(this.#held.prepare(), reading);
    await unlessAborted(this.#consumer.join(), reading);
    if (this.#queue.failure) throw this.#queue.failure;
  }

  handOut({ assignment }: AssignedDelivery): boolean {
    return assignment.handOut();
  }

  async #receive(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const held = this.#held.current;
    await payload.heartbeat();
    if (payload.isStale() || held.assignment.ended || !(await this.#mayRead(payload, held))) return;
    const { assignment, positions } = held;
    const commit = this.#held.commitBy(payload, held);
    for (const message of batch.messages) {
      if (this.#queue.ended || assignment.ended) return;
      assignment.track(batch.partition, BigInt(message.offset), commit);
      this.#queue.push(this.#toItem(assignment, batch.partition, message));
      payload.resolveOffset(message.offset);
      positions.passed(batch.partition, BigInt(message.offset) + 1n);
      await this.#waitForRoom(payload, held);
    }
    positions.passed(batch.partition, BigInt(batch.lastOffset()) + 1n);
    assignment.extend(batch.partition, BigInt(batch.lastOffset()) + 1n);
    await payload.heartbeat();
  }

  async #mayRead(payload: EachBatchPayload, held: Held): Promise<boolean> {
    const verdict = await this.#held.judge(payload, held);
    // Another fetch may have had the member join meanwhile: what was found does not hold for the new generation.
    if (held.assignment.ended) return false;
    if (verdict === 'start over') this.#held.startOver(held);
    else if (verdict !== 'read') this.#consumer.seek(payload.batch.partition, verdict.seek);
    return verdict === 'read';
  }

  async #waitForRoom(payload: EachBatchPayload, held: Held): Promise<void> {
    while (!this.#queue.hasRoom && !this.#queue.ended && !held.assignment.ended) {
      await this.#queue.untilTaken(this.#consumer.heartbeatMs);
      await payload.heartbeat();
    }
  }

  #toItem(assignment: Assignment, partition: number, message: KafkaMessage): AssignedDelivery {
    const offset = BigInt(message.offset);
    return {
      assignment,
      message: toStreamMessage(message),
      origin: { topic: this.#context.topic, partition, offset: message.offset },
      publishedAt: new Date(Number(message.timestamp)),
      settle: () => {
        assignment.settle(partition, offset);
      },
      leave: () => undefined,
    };
  }

  async leave(): Promise<void> {
    const { log } = this.#context;
    log.debug('committing what is settled');
    await this.#held.current.assignment.flush(closeGraceMs / 2, false);
    // By now it may be another one, which began meanwhile.
    this.#held.current.assignment.end();
    await this.#consumer.leave();
    log.debug(`left group ${this.#group}`);
  }
}
