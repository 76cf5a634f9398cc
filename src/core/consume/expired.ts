import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { Expired } from '../stream/port.js';

/** Messages of a partition that retention deleted before they were read. */
export interface ExpiredMessages {
  readonly partition: number;
  readonly messages: number;
}

/** Counts expired messages, each once, even if several members notice them repeatedly. */
export class ExpiredCount {
  readonly #log: Log;
  /** Counted up to this offset, by partition. */
  readonly #to = new Map<number, bigint>();
  readonly #messages = new Map<number, number>();

  constructor(log: Log) {
    this.#log = log;
  }

  add({ partition, from, to }: Expired): void {
    const counted = this.#to.get(partition) ?? 0n;
    const first = from > counted ? from : counted;
    if (to <= first) return;
    this.#to.set(partition, to);
    const messages = Number(to - first);
    this.#messages.set(partition, (this.#messages.get(partition) ?? 0) + messages);
    this.#log.warn(
      `retention deleted ${messages} messages of partition ${partition} before they were read (offsets ${first} to ${to - 1n})`,
      { partition, messages },
    );
  }

  get all(): ExpiredMessages[] {
    return [...this.#messages]
      .map(([partition, messages]) => ({ partition, messages }))
      .sort((a, b) => a.partition - b.partition);
  }
}

/** The error if messages expired before a group that was to drain the topic read them. */
export function expiredAlarm(group: string, expired: readonly ExpiredMessages[]): MvsError | undefined {
  if (expired.length === 0) return undefined;
  const messages = expired.reduce((sum, each) => sum + each.messages, 0);
  const numbers = expired.map(({ partition }) => partition).join(', ');
  const partitions = `partition${expired.length === 1 ? '' : 's'} ${numbers}`;
  return new MvsError(
    'FRAMES_EXPIRED',
    `retention deleted ${messages} messages of ${partitions} before the group ${group} read them`,
    {
      hint: 'See what is missing with "mvs verify", and produce those videos again. To prevent it, use a longer retention.ms, more consumers, and producers with correct clocks.',
    },
  );
}
