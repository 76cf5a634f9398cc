import { Flags } from '@oclif/core';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import type { TopicSpec } from '../core/stream/port.js';

export const topicSpecFlags = {
  partitions: Flags.integer({
    char: 'p',
    description: 'partitions: at most so many consumers work at a time',
    env: 'MVS_PARTITIONS',
    helpValue: 'N',
    min: 1,
    max: 10_000,
    default: 3,
  }),
  'replication-factor': Flags.integer({
    description: 'brokers that keep a copy',
    env: 'MVS_REPLICATION_FACTOR',
    helpValue: 'N',
    min: 1,
    max: 100,
    default: 1,
  }),
  retention: Flags.custom<number>({
    description:
      'how long messages are kept: 30m, 12h, 7d, or forever (or -1) [default: what the brokers are told]',
    env: 'MVS_RETENTION',
    helpValue: 'DURATION',
    parse: (input) => Promise.resolve(parseRetention(input)),
  })(),
  config: Flags.custom<readonly [string, string]>({
    description:
      "a setting of the topic in its system's own words, as cleanup.policy=compact (Kafka), MaxRecordSizeInKiB=N (Kinesis) or maxDeliveryAttempts=N (Pub/Sub); may be given several times",
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    parse: (input) => Promise.resolve(parseSetting(input)),
  })(),
};

interface TopicSpecFlags {
  readonly partitions: number;
  readonly 'replication-factor': number;
  readonly retention?: number | undefined;
  readonly config?: readonly (readonly [string, string])[] | undefined;
}

/** @throws MvsError USAGE where one thing is said twice. */
export function topicSpecOf(flags: TopicSpecFlags): TopicSpec {
  const { partitions, 'replication-factor': replicationFactor, retention, config = [] } = flags;
  const names = config.map(([name]) => name);
  const twice = names.find((name, n) => names.indexOf(name) < n);
  if (twice !== undefined) throw saidTwice(`--config ${twice} is given twice`);
  if (retention !== undefined && names.includes('retention.ms')) {
    throw saidTwice('--retention and --config retention.ms say the same thing');
  }
  return { partitions, replicationFactor, retentionMs: retention, settings: new Map(config) };
}

/** @throws MvsError USAGE */
export function parseRetention(input: string): number {
  if (input === 'forever' || input === '-1') return Infinity;
  const ms = parseDuration(input);
  if (ms !== undefined && ms > 0) return ms;
  throw new MvsError('USAGE', `${JSON.stringify(input)} is no time to keep messages for`, {
    hint: 'Give a number with s, m, h, d or w, such as 12h or 7d, or forever.',
  });
}

function parseSetting(input: string): readonly [string, string] {
  const [, name, value] = /^\s*([^=\s]+)=(.*)$/s.exec(input) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not NAME=VALUE`, {
    hint: 'For instance --config cleanup.policy=compact.',
  });
}

function saidTwice(message: string): MvsError {
  return new MvsError('USAGE', message, { hint: 'Leave one of them out.' });
}
