import { Partitioners, type Kafka, type Producer, type ProducerRecord, type RecordMetadata } from 'kafkajs';
import { unlessAborted } from '../../base/abort.js';
import type { MvsError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import { untilItWorks } from '../../base/retry.js';
import type { OutgoingMessage } from '../port.js';
import { kafkaError, metadataMaxAgeMs, producerRetry } from './client.js';
import { disconnect, type IdleProducers } from './idle-producers.js';
import { isOutOfStep, SendErrors } from './send-errors.js';

interface ProducerOptions {
  readonly client: Kafka;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Where the producer comes from, if there is one, and goes to. */
  readonly idle?: IdleProducers | undefined;
}

/** A producer that outlives outages: what fails for a reason that may pass is done again, by a new producer if necessary. */
export class PatientProducer implements AsyncDisposable {
  readonly #options: ProducerOptions;
  readonly #errors: SendErrors;
  #producer: Producer;
  /** Calls of `patiently` that have not settled; an abort leaves one behind. */
  #underWay = 0;
  #hasFailed = false;

  private constructor(options: ProducerOptions, producer: Producer) {
    this.#options = options;
    this.#errors = new SendErrors(options.topic);
    this.#producer = producer;
  }

  /** @throws MvsError CONFIG where the broker refuses */
  static async connect(options: ProducerOptions): Promise<PatientProducer> {
    return new PatientProducer(options, options.idle?.take() ?? (await connectProducer(options)));
  }

  /** One attempt. To be called within `patiently`. */
  send(request: ProducerRecord): Promise<RecordMetadata[]> {
    return this.#producer.send(request);
  }

  /**
   * Does `work` until it succeeds, with a new producer where the broker has lost track of the old one.
   * @param messages what `work` sends, for the error that says that they are too large
   */
  patiently<T>(work: () => Promise<T>, messages: readonly OutgoingMessage[]): Promise<T> {
    const { signal, log } = this.#options;
    const attempt = async (): Promise<T> => {
      try {
        const result = await work();
        this.#errors.worked();
        return result;
      } catch (error) {
        this.#hasFailed = true;
        if (isOutOfStep(error)) await this.#renew();
        throw this.#errors.explain(error, messages);
      }
    };
    const gaveUp = ({ code }: MvsError): boolean => code === 'TOPIC_RECREATED';
    this.#underWay += 1;
    const working = untilItWorks(attempt, { signal, log, gaveUp }).finally(() => (this.#underWay -= 1));
    return unlessAborted(working, signal);
  }

  /** With an identity and sequence numbers of its own. What the old one had sent may then be in the log twice, and is stored once. */
  async #renew(): Promise<void> {
    await disconnect(this.#producer);
    this.#producer = await connectProducer(this.#options);
  }

  /** One that has failed, or has a send under way, is not used again: nothing is known of its connections and sequence numbers. */
  [Symbol.asyncDispose](): Promise<void> {
    const { idle } = this.#options;
    const isFine = !this.#hasFailed && this.#underWay === 0;
    return idle && isFine ? idle.give(this.#producer) : disconnect(this.#producer);
  }
}

/** A producer with an identity of its own. @throws MvsError CONFIG where the broker refuses */
async function connectProducer({ client, topic, signal, log }: ProducerOptions): Promise<Producer> {
  const connect = async (): Promise<Producer> => {
    const producer = client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      metadataMaxAge: metadataMaxAgeMs,
      retry: producerRetry,
    });
    try {
      await producer.connect();
      return producer;
    } catch (error) {
      await disconnect(producer);
      throw kafkaError(error, `connecting to publish to ${topic}`);
    }
  };
  return unlessAborted(untilItWorks(connect, { signal, log }), signal);
}
