import { CompressionTypes, Partitioners, type Kafka, type Message } from 'kafkajs';
import { atMost, unlessAborted } from '../../abort.js';
import { MvsError } from '../../errors.js';
import { weightOf } from '../../message.js';
import { closeGraceMs } from '../closing.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { OutgoingMessage, Publisher } from '../port.js';
import { inRequests } from '../requests.js';
import { endless, kafkaError, typeOf } from './client.js';
import { toKafkaMessage } from './message.js';

/** Of values, in one request: topics usually allow about as much, so that there is room for keys and headers. */
const requestLimits = { bytes: 768 * 1024, bytesOf: weightOf };

export interface PublisherOptions {
  readonly topic: string;
  readonly partitions: number;
  readonly compression?: 'none' | 'snappy' | undefined;
  /** Interrupts a publish that waits for the broker. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One idempotent producer. Exactly one send is under way at any time: with more, kafkajs loses acknowledged messages
 * when a response is lost. Parallelism comes from one publisher per video.
 */
export async function openPublisher(client: Kafka, options: PublisherOptions): Promise<Publisher> {
  const { topic, partitions, signal } = options;
  const compression = options.compression === 'snappy' ? CompressionTypes.Snappy : CompressionTypes.None;
  const producer = client.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: endless,
  });
  try {
    await unlessAborted(producer.connect(), signal);
  } catch (error) {
    throw kafkaError(error, `connecting to publish to ${topic}`);
  }
  let next = Math.floor(Math.random() * partitions);

  const toMessage = (message: OutgoingMessage): Message => ({
    ...toKafkaMessage(message),
    timestamp: String(Date.now()),
    ...(message.ordered ? {} : { partition: next++ % partitions }),
  });

  return {
    publish: oneAtATime(async (messages) => {
      try {
        // A request counts as one message against the limit of the topic: a large message goes alone.
        for (const some of inRequests(messages, requestLimits)) {
          const request = { topic, acks: -1, compression, messages: some.map(toMessage) };
          await unlessAborted(producer.send(request), signal);
        }
      } catch (error) {
        throw publishError(error, topic, messages);
      }
    }),
    async [Symbol.asyncDispose]() {
      await atMost(closeGraceMs, producer.disconnect());
    },
  };
}

function publishError(error: unknown, topic: string, messages: readonly OutgoingMessage[]): MvsError {
  const wrapped = kafkaError(error, `publishing to ${topic}`);
  if (typeOf(error) !== 'MESSAGE_TOO_LARGE') return wrapped;
  const largest = Math.max(...messages.map(weightOf));
  return new MvsError('USAGE', `a frame of ${largest} bytes is larger than the topic ${topic} allows`, {
    cause: error,
    hint: 'Publish smaller frames with --width or --quality, or raise max.message.bytes of the topic.',
  });
}
