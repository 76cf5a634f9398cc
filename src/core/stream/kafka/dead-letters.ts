import type { Admin, Kafka } from 'kafkajs';
import { atMost, unlessAborted } from '../../abort.js';
import type { Delivery, Publisher } from '../port.js';
import { closeGraceMs } from './client.js';
import { openPublisher } from './publisher.js';
import { createTopic, maxMessageBytes } from './topics.js';

const maxReasonLength = 500;

/** The topic `<topic>.dlq`: created, and connected to, when the first message has to go there. */
export class DeadLetters implements AsyncDisposable {
  readonly #open: () => Promise<Publisher>;
  #publisher: Promise<Publisher> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(client: Kafka, admin: Admin, topic: string) {
    this.#open = async () => {
      const name = `${topic}.dlq`;
      // Larger than what it takes from: the reason and the origin come on top.
      await createTopic(admin, name, { partitions: 1, replicationFactor: -1 }, 2 * maxMessageBytes);
      return openPublisher(client, { topic: name, partitions: 1 });
    };
  }

  /** Key, value and headers as they came; reason and origin in headers of their own. Resolves when it is safe. */
  async send({ message, origin }: Delivery, reason: Error, signal?: AbortSignal): Promise<void> {
    const previous = this.#last;
    this.#last = (async () => {
      await previous.catch(() => undefined);
      const publisher = await this.#connected();
      await publisher.publish([
        {
          ...message,
          ordered: true,
          headers: {
            ...message.headers,
            dlq_error: reason.message.slice(0, maxReasonLength),
            dlq_topic: origin.topic,
            dlq_partition: String(origin.partition),
            dlq_offset: origin.offset,
          },
        },
      ]);
    })();
    await unlessAborted(this.#last, signal);
  }

  async #connected(): Promise<Publisher> {
    this.#publisher ??= this.#open();
    try {
      return await this.#publisher;
    } catch (error) {
      this.#publisher = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#last.catch(() => undefined).then(() => this.#publisher);
    await atMost(
      closeGraceMs,
      closing.then((publisher) => publisher?.[Symbol.asyncDispose]()).catch(() => undefined),
    );
  }
}
