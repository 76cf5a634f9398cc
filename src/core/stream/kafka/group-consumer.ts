import './coordinator-loss.js';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { atMost } from '../../abort.js';
import type { Log } from '../../log.js';
import { closeGraceMs } from '../closing.js';
import type { SubscribeOptions } from '../port.js';
import { foundNoCoordinator, metadataMaxAgeMs, typeOf } from './client.js';
import { refusalOf } from './refusal.js';

/** Three heartbeats within each session timeout at least, as Kafka advises, and one a second at most. */
const maxHeartbeatMs = 1_000;
const runAgainMs = 500;
const quietMs = 10_000;
/** A member that is on its way into the group cannot leave it, and would be waited for by all others until its session ends. */
const joinGraceMs = 4_000;
/** Attempts that take about 12 s, before a member leaves and joins again: a dead broker is out of the metadata by then (9 s by default). */
const retries = 15;

/** What a member of a group is told, and asked. */
export interface GroupConsumerHooks {
  readonly onJoin: (memberId: string, partitions: readonly number[]) => void;
  readonly onBatch: (payload: EachBatchPayload) => Promise<void>;
  /** It has ended for good. */
  readonly onFailure: (error: unknown) => void;
  /** False once nobody reads any more: then nothing is started again. */
  readonly isWanted: () => boolean;
}

/** A consumer of kafkajs that goes on after every outage, and ends where the brokers refuse it. */
export class GroupConsumer {
  readonly heartbeatMs: number;
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #log: Log;
  readonly #hooks: GroupConsumerHooks;
  #joining: Promise<void> = Promise.resolve();
  #toldOfLoss = 0;
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
        restartOnFailure: (error) => Promise.resolve(hooks.isWanted() && refusalOf(error) === undefined),
      },
    });
  }

  /** Fetches that were answered. */
  get polls(): number {
    return this.#polls;
  }

  /** Resolves when kafkajs has joined the group, or has failed to, which `onFailure` is told of. */
  async join(): Promise<void> {
    const { GROUP_JOIN, FETCH, CRASH } = this.#consumer.events;
    this.#consumer.on(FETCH, () => {
      this.#polls += 1;
    });
    this.#consumer.on(GROUP_JOIN, ({ payload: { memberId, memberAssignment } }) => {
      this.#hooks.onJoin(memberId, memberAssignment[this.#topic] ?? []);
    });
    this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
      if (!restart && !foundNoCoordinator(error)) {
        this.#hooks.onFailure(error);
        return;
      }
      this.#tellOfLoss(error);
      if (!restart) this.#runAgain().catch(this.#hooks.onFailure);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.#topic, fromBeginning: true });
    await this.#run();
  }

  seek(partition: number, offset: bigint): void {
    this.#consumer.seek({ topic: this.#topic, partition, offset: String(offset) });
  }

  /** Leaves the group and joins it again, to read on from what is committed. */
  joinAgain(): void {
    const again = async (): Promise<void> => {
      await this.#consumer.stop();
      if (this.#hooks.isWanted()) await this.#run();
    };
    again().catch(this.#hooks.onFailure);
  }

  /** Leaves the group, within seconds even where the broker is unavailable. */
  async leave(): Promise<void> {
    await atMost(joinGraceMs, this.#joining);
    await atMost(closeGraceMs, this.#consumer.disconnect());
  }

  /** Once for a while: where something hangs up on every attempt, there are ten a second. */
  #tellOfLoss(error: Error): void {
    const now = Date.now();
    const what =
      typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION'
        ? `the topic ${this.#topic} does not exist; waiting until it does`
        : `lost the broker, trying again: ${error.message}`;
    if (now - this.#toldOfLoss > quietMs) this.#log.warn(what);
    this.#toldOfLoss = now;
  }

  #run(): Promise<void> {
    const running = this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#hooks.onBatch(payload),
    });
    this.#joining = running.catch(() => undefined);
    return running;
  }

  /** kafkajs has put down everything and would stay so. */
  async #runAgain(): Promise<void> {
    await sleep(runAgainMs);
    if (this.#hooks.isWanted()) await this.#run();
  }
}
