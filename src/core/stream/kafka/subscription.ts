import type { Admin, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { unlessAborted } from '../../base/abort.js';
import type { Log } from '../../base/log.js';
import { Assignment } from '../assignment.js';
import { closeGraceMs } from '../closing.js';
import { DeliveryQueue, handedOut } from '../delivery-queue.js';
import type { Delivery, SubscribeOptions, Subscription } from '../port.js';
import { kafkaError, typeOf } from './client.js';
import { GroupConsumer } from './group-consumer.js';
import { keepMembership } from './membership.js';
import { toStreamMessage } from './message.js';
import { isLost, topicForgotten } from './ownership.js';
import { Positions } from './positions.js';
import { committedOffsets } from './topics.js';

type Item = Delivery & { readonly assignment: Assignment };

export interface SubscriptionContext {
  readonly client: Kafka;
  readonly admin: Admin;
  readonly topic: string;
  readonly log: Log;
}

/** One member of a consumer group, pulled by its reader: kafkajs fetches on only when there is room. */
export async function openSubscription(
  context: SubscriptionContext,
  options: SubscribeOptions,
): Promise<Subscription> {
  const subscription = new KafkaSubscription(context, options);
  await subscription.start();
  return subscription;
}

class KafkaSubscription implements Subscription {
  readonly #context: SubscriptionContext;
  readonly #options: SubscribeOptions;
  readonly #consumer: GroupConsumer;
  readonly #queue: DeliveryQueue<Item>;
  #assignment: Assignment;
  #positions: Positions;
  /** Where the group stood last, by partition, as far as this member knows. */
  readonly #known = new Map<number, bigint>();
  #partitions: readonly number[] = [];

  constructor(context: SubscriptionContext, options: SubscribeOptions) {
    this.#context = context;
    this.#options = options;
    this.#assignment = new Assignment(context.log, this.#isLost);
    this.#positions = new Positions(context, options, this.#known);
    this.#queue = new DeliveryQueue(options.prefetch);
    this.#consumer = new GroupConsumer(context, options, {
      onJoin: (memberId, partitions) => {
        this.#assignment.end();
        this.#assignment = new Assignment(context.log, this.#isLost);
        this.#positions = new Positions(context, options, this.#known);
        this.#positions.joined();
        this.#partitions = partitions;
        context.log.debug(`${memberId} holds partitions ${partitions.join(', ') || 'none'}`);
      },
      onBatch: (payload) => this.#receive(payload),
      onFailure: (error) => {
        this.#queue.destroy(kafkaError(error, `reading ${context.topic}`));
      },
      isWanted: () => !this.#queue.ended,
    });
  }

  get partitions(): readonly number[] {
    return this.#partitions;
  }

  get polls(): number {
    return this.#consumer.polls;
  }

  async start(): Promise<void> {
    this.#options.signal.addEventListener('abort', this.#stopReading, { once: true });
    const { admin, topic } = this.#context;
    try {
      // Without an answer, as while a coordinator is being elected, only what has expired may be counted too low.
      const asking = committedOffsets(admin, topic, this.#options.group).catch(() => []);
      const standing = await unlessAborted(asking, this.#options.signal);
      for (const [partition, offset] of standing) this.#known.set(partition, offset);
      await unlessAborted(this.#consumer.join(), this.#options.signal);
      if (this.#queue.failure) throw this.#queue.failure;
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw kafkaError(error, `joining group ${this.#options.group}`);
    }
    if (this.#options.signal.aborted) this.#stopReading();
  }

  get deliveries(): AsyncIterable<Delivery> {
    // What a rebalance took away is delivered again, to its new owner.
    return handedOut(this.#queue, this.#options.signal, ({ assignment }) => assignment.handOut());
  }

  /** A topic that is deleted takes the commits of its groups with it; one of the old topic must not go into the new one. */
  readonly #isLost = (error: unknown): boolean => {
    const isGone = typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
    if (isGone) this.#startOver(this.#assignment);
    return isGone || isLost(error);
  };

  #startOver(assignment: Assignment): void {
    if (assignment.ended) return;
    assignment.end();
    const { topic, log } = this.#context;
    log.warn(`the topic ${topic} was deleted or created again: reading it from where the group stands now`);
    this.#consumer.joinAgain();
  }

  readonly #stopReading = (): void => {
    this.#queue.end();
  };

  async #receive(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const [assignment, positions] = [this.#assignment, this.#positions];
    await this.#beat(payload, assignment);
    if (payload.isStale()) return;
    const verdict = await positions.judge(batch, assignment.confirmed);
    if (verdict === 'start over') this.#startOver(assignment);
    else if (verdict !== 'read') this.#consumer.seek(batch.partition, verdict.seek);
    if (verdict !== 'read') return;
    const commit = async (partition: number, offset: bigint): Promise<void> => {
      if (await positions.isForgotten(assignment.confirmed)) {
        this.#startOver(assignment);
        throw topicForgotten();
      }
      await payload.commitOffsetsIfNecessary({
        topics: [{ topic: batch.topic, partitions: [{ partition, offset: String(offset) }] }],
      });
      positions.committed();
    };
    for (const message of batch.messages) {
      if (this.#queue.ended || assignment.ended) return;
      assignment.track(batch.partition, BigInt(message.offset), commit);
      this.#queue.push(this.#toItem(assignment, batch.partition, message));
      payload.resolveOffset(message.offset);
      positions.passed(batch.partition, BigInt(message.offset) + 1n);
      await this.#waitForRoom(payload, assignment);
    }
    positions.passed(batch.partition, BigInt(batch.lastOffset()) + 1n);
    assignment.extend(batch.partition, BigInt(batch.lastOffset()) + 1n);
    await this.#beat(payload, assignment);
  }

  async #waitForRoom(payload: EachBatchPayload, assignment: Assignment): Promise<void> {
    while (!this.#queue.hasRoom && !this.#queue.ended && !assignment.ended) {
      await this.#queue.untilTaken(this.#consumer.heartbeatMs);
      await this.#beat(payload, assignment);
    }
  }

  #beat(payload: EachBatchPayload, assignment: Assignment): Promise<void> {
    return keepMembership(payload, assignment, this.#consumer.heartbeatMs);
  }

  #toItem(assignment: Assignment, partition: number, message: KafkaMessage): Item {
    const offset = BigInt(message.offset);
    return {
      assignment,
      message: toStreamMessage(message),
      origin: { topic: this.#context.topic, partition, offset: message.offset },
      publishedAt: new Date(Number(message.timestamp)),
      settle: () => {
        assignment.settle(partition, offset);
      },
    };
  }

  /** Commits what is settled and leaves the group, within seconds even where the broker is away. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopReading();
    this.#options.signal.removeEventListener('abort', this.#stopReading);
    this.#context.log.debug('committing what is settled');
    await this.#assignment.flush(closeGraceMs / 2, false);
    this.#assignment.end();
    await this.#consumer.leave();
    this.#context.log.debug(`left group ${this.#options.group}`);
    this.#queue.destroy();
  }
}
