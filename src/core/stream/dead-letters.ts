import { atMost, unlessAborted } from '../base/abort.js';
import { encodeDeadLetter } from './dead-letter-codec.js';
import { MvsError } from '../base/errors.js';
import { closeGraceMs } from './closing.js';
import { isTopicMissing } from './if-there.js';
import type { FrameStream, Publisher, Rejected } from './port.js';

const deadLetterEnding = '.dlq';

export function deadLetterTopicOf(topic: string): string {
  return `${topic}${deadLetterEnding}`;
}

export function isDeadLetterTopic(topic: string): boolean {
  return topic.endsWith(deadLetterEnding);
}

/** The consumer group of a dead-letter topic that settles what is replayed: for this topic only, because the members of a group share all its topics. */
export function replayGroupOf(deadLetterTopic: string): string {
  return `mvs-dlq-replay-${deadLetterTopic}`;
}

/** The part of a stream that keeps its dead letters. */
type DeadLetterPart = Pick<FrameStream, 'deadLetterTopic' | 'deadLetter'>;

/**
 * Keeps the dead letters of a stream. Their topic is created, and connected to, when the first message has to go there.
 * @param open creates the topic of the dead letters unless it exists, and opens a publisher to it
 */
export function keepDeadLetters(
  topic: string,
  open: (deadLetterTopic: string) => Promise<Publisher>,
): DeadLetterPart & AsyncDisposable {
  const deadLetterTopic = deadLetterTopicOf(topic);
  const letters = new DeadLetters(() => open(deadLetterTopic));
  return {
    deadLetterTopic,
    deadLetter: (rejected, signal) => letters.send(rejected, signal),
    [Symbol.asyncDispose]: () => letters[Symbol.asyncDispose](),
  };
}

class DeadLetters implements AsyncDisposable {
  readonly #open: () => Promise<Publisher>;
  #publisher: Promise<Publisher> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(open: () => Promise<Publisher>) {
    this.#open = open;
  }

  /** Resolves when all of them are safe. */
  async send(rejected: readonly Rejected[], signal?: AbortSignal): Promise<void> {
    const previous = this.#last;
    this.#last = (async () => {
      await previous.catch(() => undefined);
      const publisher = await this.#connected();
      try {
        await publisher.publish(rejected.map(encodeDeadLetter));
      } catch (error) {
        throw isTopicMissing(error) ? await this.#reopenLater(publisher, error) : error;
      }
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

  /** The topic was deleted: the next call creates it again. */
  async #reopenLater(publisher: Publisher, cause: unknown): Promise<MvsError> {
    this.#publisher = undefined;
    await publisher[Symbol.asyncDispose]();
    return new MvsError('BROKER_UNAVAILABLE', 'the topic of the dead letters was deleted', {
      cause,
      retriable: true,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#last.catch(() => undefined).then(() => this.#publisher);
    await atMost(
      closeGraceMs,
      closing.then((publisher) => publisher?.[Symbol.asyncDispose]()).catch(() => undefined),
    );
  }
}
