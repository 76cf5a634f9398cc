import { CompressionTypes, type Admin, type Kafka, type ProducerRecord } from 'kafkajs';
import { never, unlessAborted } from '../../base/abort.js';
import type { Log } from '../../base/log.js';
import { weightOf } from '../message.js';
import { untilItWorks } from '../../base/retry.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { OutgoingMessage, Publisher } from '../port.js';
import { inRequests } from '../requests.js';
import { Acknowledged, type TopicLog } from './acknowledged.js';
import type { BrokerClock } from './broker-clock.js';
import type { IdleProducers } from './idle-producers.js';
import { toLots, type Lot } from './lots.js';
import { toKafkaMessage } from './message.js';
import { PatientProducer } from './producer.js';
import { staleMetadata } from './send-errors.js';
import { fetchEnds } from './offsets.js';
import { countPartitions } from './topics.js';

/** Of values, in one request: topics usually allow about as much, so that there is room for keys and headers. */
const requestLimits = { bytes: 768 * 1024, bytesOf: weightOf };

export interface PublisherContext {
  readonly client: Kafka;
  readonly admin: Admin;
  readonly topic: string;
  readonly log: Log;
  readonly compression?: 'none' | 'snappy' | undefined;
  readonly clock: BrokerClock;
  /** Shared by all publishers of the topic. */
  readonly acknowledged: TopicLog;
  /** Shared by them too: a publisher begins with the producer of one that is done. */
  readonly idle?: IdleProducers | undefined;
  /** Interrupts a publish that waits for the broker. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a request goes, when it was sent first, and the offset that it has to get at least. */
interface Sent {
  readonly partition: number;
  readonly at: number;
  readonly floor: bigint;
}

type Context = PublisherContext & { readonly signal: AbortSignal };

/**
 * A publisher is opened for each video, and waits for a broker that is unavailable then as at any other time.
 * @throws MvsError TOPIC_MISSING, CONFIG where the broker refuses
 */
export async function openPublisher(options: PublisherContext): Promise<Publisher> {
  const { admin, topic, log, idle, signal = never } = options;
  const context = { ...options, signal };
  const count = () => countPartitions(admin, topic);
  const counting = untilItWorks(() => idle?.partitions(count) ?? count(), { signal, log });
  const partitions = await unlessAborted(counting, signal);
  return new KafkaPublisher(context, await PatientProducer.connect(context), partitions);
}

/**
 * One idempotent producer. At any time one send to one partition is under way: with more sends, kafkajs loses acknowledged messages when
 * a response is lost; with more partitions in a send, it loses those whose leader moves to a broker that has answered already.
 * Parallelism comes from one publisher per video.
 */
class KafkaPublisher implements Publisher {
  readonly #context: Context;
  readonly #acknowledged: Acknowledged;
  readonly #producer: PatientProducer;
  #partitions: number;
  /** The partition that the next lot goes to. */
  #next: number;

  constructor(context: Context, producer: PatientProducer, partitions: number) {
    this.#context = context;
    this.#acknowledged = new Acknowledged(context.topic, context.acknowledged);
    this.#producer = producer;
    this.#partitions = partitions;
    this.#next = Math.floor(Math.random() * partitions);
  }

  readonly publish = oneAtATime(async (messages) => {
    for (const lot of this.#toLots(messages)) {
      // A request counts as one message against the limit of the topic: a large message goes alone.
      for (const some of inRequests(lot.messages, requestLimits))
        await this.#send({ ...lot, messages: some });
    }
  });

  async confirm(): Promise<void> {
    const { admin, topic } = this.#context;
    await this.#producer.patiently(async () => {
      const ends = await fetchEnds(admin, topic).catch((error: unknown) => {
        this.#acknowledged.unsure();
        throw error;
      });
      this.#acknowledged.compare(ends);
    }, []);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#producer[Symbol.asyncDispose]();
  }

  #toLots(messages: readonly OutgoingMessage[]): Lot[] {
    return toLots(messages, this.#partitions, () => this.#next++ % this.#partitions);
  }

  /** Resolves when the broker has acknowledged each of the messages. */
  async #send({ partition, messages }: Lot): Promise<void> {
    const { compression } = this.#context;
    const timestamp = String(Date.now());
    const request: ProducerRecord = {
      topic: this.#context.topic,
      acks: -1,
      compression: compression === 'snappy' ? CompressionTypes.Snappy : CompressionTypes.None,
      messages: messages.map((message) => ({ ...toKafkaMessage(message), timestamp, partition })),
    };
    const sent = { partition, at: Date.now(), floor: this.#acknowledged.floorOf(partition) };
    const isTaken = await this.#producer.patiently(() => this.#attempt(request, sent), messages);
    // The topic has fewer partitions than it had, and nothing of this publisher was in those that are gone.
    if (!isTaken) for (const lot of this.#toLots(messages)) await this.#send(lot);
  }

  /** @returns false where the topic has no such partition any more */
  async #attempt(request: ProducerRecord, { partition, at, floor }: Sent): Promise<boolean> {
    const answers = await this.#producer.send(request);
    const answer = answers.find((each) => each.partition === partition);
    if (answer) {
      this.#acknowledged.note(partition, floor, answer.baseOffset, request.messages.length);
      this.#context.clock.compare(answer.logAppendTime, at);
      return true;
    }
    // kafkajs drops messages for a partition that it does not know, and calls that a success.
    const { admin, topic, idle } = this.#context;
    idle?.forgetPartitions();
    this.#partitions = await countPartitions(admin, topic);
    if (partition < this.#partitions) throw staleMetadata(topic, partition);
    this.#acknowledged.mustBeEmpty(partition);
    return false;
  }
}
