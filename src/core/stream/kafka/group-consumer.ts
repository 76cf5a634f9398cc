import { beforeJoining, type BeforeJoining } from './internals/before-joining.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { atMost } from '../../base/abort.js';
import { causesOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { closeGraceMs } from '../closing.js';
import type { SubscribeOptions } from '../port.js';
import { foundNoCoordinator, metadataMaxAgeMs, typeOf } from './client.js';
import { refusalOf } from './refusal.js';

/** Three heartbeats within each session timeout at least, as Kafka advises, and one a second at most. */
const maxHeartbeatMs = 1_000;
const runAgainMs = 500;
const quietMs = 10_000;
/** A member that is still joining cannot leave the group, and all others would wait for it until its session ends. */
const joinGraceMs = 4_000;
/** Attempts that take about 12 s, before a member leaves and joins again: a dead broker is out of the metadata by then (9 s by default). */
const retries = 15;

/** What a consumer reports to its member, and asks it. */
export interface GroupConsumerHooks {
  readonly onJoin: (memberId: string, partitions: readonly number[]) => void;
  /** A fetch was answered. */
  readonly onFetch: () => void;
  readonly onBatch: (payload: EachBatchPayload) => Promise<void>;
  readonly beforeJoining: BeforeJoining;
  /** It has ended for good. */
  readonly onFailure: (error: unknown) => void;
  /** False once reading has ended: then nothing is started again. */
  readonly isWanted: () => boolean;
}

/** A consumer of kafkajs that continues after every outage, and ends if the brokers refuse it. */
export class GroupConsumer {
  readonly heartbeatMs: number;
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #log: Log;
  readonly #hooks: GroupConsumerHooks;
  /** Until the last start or stop that was asked for is complete. */
  #turn: Promise<void> = Promise.resolve();
  #lossReportedAt = 0;
  #polls = 0;

  constructor(
    { client, topic, log }: { readonly client: Kafka; readonly topic: string; readonly log: Log },
    { group, sessionTimeoutMs }: Pick<SubscribeOptions, 'group' | 'sessionTimeoutMs'>,
    hooks: GroupConsumerHooks,
  ) {
    this.#topic = topic;
    this.#log = log;
    this.#hooks = hooks;
    this.heartbeatMs = Math.min(maxHeartbeatMs, Math.floor(sessionTimeoutMs / 3));
    this.#consumer = client.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: this.heartbeatMs,
      rebalanceTimeout: 30_000,
      maxWaitTimeInMs: 200,
      allowAutoTopicCreation: false,
      // Partitions that are added to the topic are read from then on.
      metadataMaxAge: metadataMaxAgeMs,
      retry: {
        retries,
        // It is started again here, so that nothing is stopped while it starts: kafkajs would not leave the group.
        restartOnFailure: () => Promise.resolve(false),
      },
    });
  }

  /** Fetches that were answered. */
  get polls(): number {
    return this.#polls;
  }

  /** Resolves when kafkajs has joined the group, or has failed to, which `onFailure` reports. */
  async join(): Promise<void> {
    const { GROUP_JOIN, FETCH, CRASH } = this.#consumer.events;
    this.#consumer.on(FETCH, () => {
      this.#polls += 1;
      this.#hooks.onFetch();
    });
    this.#consumer.on(GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      this.#hooks.onJoin(memberId, memberAssignment[this.#topic] ?? []);
    });
    this.#consumer.on(CRASH, ({ payload: { error } }) => {
      if (refusalOf(error) !== undefined || !mayPass(error)) {
        this.#hooks.onFailure(error);
        return;
      }
      this.#reportLoss(error);
      this.#inTurn(async () => {
        await sleep(runAgainMs);
        await this.#run();
      }).catch(this.#hooks.onFailure);
    });
    beforeJoining(this.#consumer, this.#hooks.beforeJoining);
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.#topic, fromBeginning: true });
    await this.#inTurn(() => this.#run());
  }

  seek(partition: number, offset: bigint): void {
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) });
  }

  /** Leaves the group and joins it again, to read on from what is committed. */
  joinAgain(): void {
    this.#inTurn(async () => {
      await this.#consumer.stop();
      await this.#run();
    }).catch(this.#hooks.onFailure);
  }

  /** Leaves the group, within seconds even where the broker is unavailable. */
  async leave(): Promise<void> {
    await atMost(joinGraceMs, this.#turn);
    await atMost(closeGraceMs, this.#consumer.disconnect());
  }

  /** At most once in a while: if a server closes every connection, there are ten losses a second. */
  #reportLoss(error: Error): void {
    const now = Date.now();
    const what =
      typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION'
        ? `the topic ${this.#topic} does not exist; waiting until it does`
        : `lost the broker, trying again: ${error.message}`;
    if (now - this.#lossReportedAt > quietMs) this.#log.warn(what);
    this.#lossReportedAt = now;
  }

  async #run(): Promise<void> {
    if (!this.#hooks.isWanted()) return;
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#hooks.onBatch(payload),
    });
  }

  /** One start or stop after the other: each is complete before the next one begins. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** As kafkajs decides it; and if the brokers became unavailable at a moment in which it gives up for good. */
function mayPass(error: Error): boolean {
  const original = causesOf(error).at(-1);
  const isRetriable = original !== undefined && 'retriable' in original && original.retriable === true;
  return error.name === 'KafkaJSNumberOfRetriesExceeded' || isRetriable || foundNoCoordinator(error);
}
