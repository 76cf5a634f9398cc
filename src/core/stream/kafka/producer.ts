import { Partitioners, type Kafka, type Producer } from 'kafkajs';
import { atMost, unlessAborted } from '../../base/abort.js';
import type { Log } from '../../base/log.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import { kafkaError, metadataMaxAgeMs, producerRetry } from './client.js';

interface ProducerOptions {
  readonly client: Kafka;
  readonly topic: string;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** A producer with an identity of its own. @throws MvsError CONFIG where the broker refuses */
export async function connectProducer({ client, topic, signal, log }: ProducerOptions): Promise<Producer> {
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
      await atMost(
        closeGraceMs,
        producer.disconnect().catch(() => undefined),
      );
      throw kafkaError(error, `connecting to publish to ${topic}`);
    }
  };
  return unlessAborted(untilItWorks(connect, { signal, log }), signal);
}
