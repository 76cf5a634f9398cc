import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { classPath, frugal, javaEnvironment } from '../../../src/core/stack/java.js';
import type { Programs } from './broker.js';

const source = fileURLToPath(new URL('ClusterClient.java', import.meta.url));

export interface PartitionPlace {
  readonly partition: number;
  /** -1 where there is none. */
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

/** A message as Kafka's own client sees it. */
export interface Seen {
  readonly type: string;
  readonly video: string;
  readonly frame: string;
}

/** Kafka's own client in a process of its own, which ends with its stdin. One request at a time. */
export class KafkaClient {
  readonly #process;
  readonly #answers: AsyncIterator<string>;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ java, jars }: Programs, brokers: readonly string[]) {
    const args = [...frugal, '-Xmx192m', '-Dlog4j2.level=off', '-cp', classPath(jars), source];
    this.#process = execa(java.java, [...args, brokers.join(',')], {
      env: javaEnvironment(),
      stdin: 'pipe',
      reject: false,
      buffer: { stdout: false },
    });
    this.#answers = createInterface(this.#process.stdout)[Symbol.asyncIterator]();
  }

  /** Resolves when it runs. */
  async ready(): Promise<void> {
    await this.ask('hello');
  }

  async close(): Promise<void> {
    this.#process.stdin.end();
    await this.#process;
  }

  /** @throws Error in Kafka's words */
  async ask(...words: (string | number)[]): Promise<string[]> {
    const answer = this.#last.then(() => this.#exchange(words.join(' ')));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async partitions(topic: string): Promise<PartitionPlace[]> {
    const items = await this.ask('partitions', topic);
    return items
      .map((item) => {
        const [partition, leader, replicas, inSync] = item.split(' ');
        return {
          partition: Number(partition),
          leader: Number(leader),
          replicas: numbers(replicas),
          inSync: numbers(inSync),
        };
      })
      .sort((one, other) => one.partition - other.partition);
  }

  /** How many messages have ever been in the topic. */
  async written(topic: string): Promise<number> {
    const ends = await this.ask('ends', topic);
    return ends.reduce((sum, end) => sum + Number(end.split(' ')[1]), 0);
  }

  async messages(topic: string): Promise<Seen[]> {
    const items = await this.ask('dump', topic);
    return items.map((item) => {
      const [type = '', video = '', frame = ''] = item.split(' ');
      return { type, video, frame };
    });
  }

  async #exchange(request: string): Promise<string[]> {
    this.#process.stdin.write(`${request}\n`);
    const answer = await this.#answers.next();
    if (answer.done === true) throw new Error(`Kafka's client has ended: ${(await this.#process).stderr}`);
    const [outcome, ...items] = answer.value.split('\t');
    if (outcome !== 'ok') throw new Error(`${request}: ${items.join(' ')}`);
    return items;
  }
}

function numbers(list = ''): number[] {
  return list.split(',').filter(Boolean).map(Number);
}
