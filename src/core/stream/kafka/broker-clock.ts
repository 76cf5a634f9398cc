import type { Admin } from 'kafkajs';
import { durationText } from '../../base/duration.js';
import type { Log } from '../../base/log.js';
import { topicConfig } from './topics.js';

/** A smaller difference has no noticeable effect on retention and ages. */
const toleratedMs = 60_000;
/** Those that decide what retention takes. */
const retentionSettings = ['message.timestamp.type', 'retention.ms'];

/** Compares this machine's clock with the broker's, as far as the broker shows its own; warns once. */
export class BrokerClock {
  readonly #log: Log;
  #warned = false;
  #asked = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * @param logAppendTime when the broker appended a message, in ms since 1970; negative where the topic keeps the producer's time
   * @param sentAt when it was sent, by the clock of this machine
   */
  compare(logAppendTime: string | undefined, sentAt: number): void {
    const brokerTime = Number(logAppendTime ?? -1);
    if (brokerTime < 0 || this.#warned) return;
    const now = Date.now();
    const offMs = sentAt > brokerTime ? sentAt - brokerTime : Math.min(0, now - brokerTime);
    if (Math.abs(offMs) < toleratedMs) return;
    this.#warned = true;
    const difference = `${durationText(Math.abs(offMs))} ${offMs > 0 ? 'ahead of' : 'behind'}`;
    this.#log.warn(
      `the clock of this machine is ${difference} that of the broker. Frames keep the broker's time; set the clock (timedatectl set-ntp true)`,
    );
  }

  /** Warns once where messages keep the time of whoever publishes them, and retention goes by it. */
  async checkTopic(admin: Admin, topic: string): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    // A user may not have the right to see them.
    const found = await topicConfig(admin, topic, retentionSettings).catch(() => []);
    const settings = new Map(found.map(({ configName, configValue }) => [configName, configValue]));
    if (settings.get('message.timestamp.type') !== 'CreateTime' || settings.get('retention.ms') === '-1')
      return;
    this.#log.warn(
      `the topic ${topic} stores producers' timestamps (message.timestamp.type=CreateTime). If a producer's clock is slow, retention deletes its frames too early. Use LogAppendTime, which "mvs topic:create" sets`,
    );
  }
}
