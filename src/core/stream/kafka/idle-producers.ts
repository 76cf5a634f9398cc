import type { Producer } from 'kafkajs';
import { atMost } from '../../base/abort.js';
import { closeGraceMs } from '../closing.js';
import { metadataMaxAgeMs } from './client.js';

/** After so long, the next video is not near, and the connections are closed. */
const idleMs = 30_000;

interface Idle {
  readonly producer: Producer;
  readonly timer: NodeJS.Timeout;
}

/**
 * The producers of one topic between two videos. To connect one takes several round trips and a new identity, as long as publishing
 * a short video. A video has its producer to itself, and the next one continues with its sequence numbers, as a longer video would.
 */
export class IdleProducers implements AsyncDisposable {
  #idle: Idle[] = [];
  #closed = false;
  #partitions: { readonly count: Promise<number>; readonly until: number } | undefined;

  take(): Producer | undefined {
    const last = this.#idle.pop();
    clearTimeout(last?.timer);
    return last?.producer;
  }

  /** @param producer whose sends have all been acknowledged, without any failure */
  async give(producer: Producer): Promise<void> {
    if (this.#closed) return disconnect(producer);
    const close = (): void => {
      this.#idle = this.#idle.filter((each) => each.producer !== producer);
      void disconnect(producer);
    };
    this.#idle.push({ producer, timer: setTimeout(close, idleMs).unref() });
  }

  /** The number of partitions of the topic; an answer counts for as long as it does for a producer. */
  partitions(count: () => Promise<number>): Promise<number> {
    const now = performance.now();
    if (this.#partitions && now < this.#partitions.until) return this.#partitions.count;
    const counting = count();
    this.#partitions = { count: counting, until: now + metadataMaxAgeMs };
    counting.catch(() => {
      this.forgetPartitions();
    });
    return counting;
  }

  /** The topic is not as it was. */
  forgetPartitions(): void {
    this.#partitions = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const idle = this.#idle;
    this.#idle = [];
    for (const { timer } of idle) clearTimeout(timer);
    await Promise.all(idle.map(({ producer }) => disconnect(producer)));
  }
}

export function disconnect(producer: Producer): Promise<void> {
  return atMost(
    closeGraceMs,
    producer.disconnect().catch(() => undefined),
  );
}
