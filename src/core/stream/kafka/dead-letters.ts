import type { Admin, Kafka } from 'kafkajs';
import { MvsError } from '../../errors.js';
import type { Delivery, Publisher } from '../port.js';
import { openPublisher } from './publisher.js';
import { createTopic } from './topics.js';

/** The topic `<topic>.dlq`: created, and connected to, when the first message has to go there. */
export class DeadLetters implements AsyncDisposable {
  readonly #open: () => Promise<Publisher>;
  #publisher: Promise<Publisher> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(client: Kafka, admin: Admin, topic: string) {
    this.#open = async () => {
      const name = `${topic}.dlq`;
      await createTopic(admin, name, { partitions: 1, replicationFactor: -1 }).catch((error: unknown) => {
        if (!(error instanceof MvsError && error.code === 'TOPIC_EXISTS')) throw error;
      });
      return openPublisher(client, { topic: name, partitions: 1 });
    };
  }

  /** Key, value and headers as they came; reason and origin in headers of their own. Resolves when it is safe. */
  async send({ message, origin }: Delivery, reason: Error): Promise<void> {
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
            dlq_error: reason.message,
            dlq_topic: origin.topic,
            dlq_partition: String(origin.partition),
            dlq_offset: origin.offset,
          },
        },
      ]);
    })();
    await this.#last;
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
    await this.#last.catch(() => undefined);
    const publisher = await this.#publisher?.catch(() => undefined);
    await publisher?.[Symbol.asyncDispose]();
  }
}
