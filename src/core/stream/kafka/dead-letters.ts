import type { Admin, Kafka } from 'kafkajs';
import { atMost, unlessAborted } from '../../abort.js';
import { encodeDeadLetter } from '../../dead-letter.js';
import type { Publisher, Rejected } from '../port.js';
import { closeGraceMs } from './client.js';
import { openPublisher } from './publisher.js';
import { createTopic, maxMessageBytes } from './topics.js';

export function deadLetterTopicOf(topic: string): string {
  return `${topic}.dlq`;
}

/** The topic of dead letters: created, and connected to, when the first message has to go there. */
export class DeadLetters implements AsyncDisposable {
  readonly #open: () => Promise<Publisher>;
  #publisher: Promise<Publisher> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(client: Kafka, admin: Admin, topic: string) {
    this.#open = async () => {
      // Larger than what it takes from: the reason and the origin come on top.
      await createTopic(admin, topic, { partitions: 1, replicationFactor: -1 }, 2 * maxMessageBytes);
      return openPublisher(client, { topic, partitions: 1 });
    };
  }

  /** Resolves when all of them are safe. */
  async send(rejected: readonly Rejected[], signal?: AbortSignal): Promise<void> {
    const previous = this.#last;
    this.#last = (async () => {
      await previous.catch(() => undefined);
      const publisher = await this.#connected();
      await publisher.publish(rejected.map(encodeDeadLetter));
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
