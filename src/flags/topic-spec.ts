import { Flags } from '@oclif/core';
import { parseDuration } from '../core/base/duration.js';
import { MvsError } from '../core/base/errors.js';
import type { TopicSpec } from '../core/stream/port.js';
import { defaultGroup, topicFlags } from './connections.js';
import type { Infer } from './infer.js';

const topicSpecFlags = {
  partitions: Flags.integer({
    char: 'p',
    description: 'number of partitions, which limits how many consumers can work at a time',
    env: 'MVS_PARTITIONS',
    helpValue: 'N',
    min: 1,
    max: 10_000,
    default: 3,
  }),
  'replication-factor': Flags.integer({
    description: 'number of brokers that keep a copy',
    env: 'MVS_REPLICATION_FACTOR',
    helpValue: 'N',
    min: 1,
    max: 100,
    default: 1,
  }),
  retention: Flags.custom<number>({
    description:
      'how long messages are kept: 30m, 12h, 7d, or forever (or -1) [default: the setting of the brokers]',
    env: 'MVS_RETENTION',
    helpValue: 'DURATION',
    parse: (input) => Promise.resolve(parseRetention(input)),
  })(),
  config: Flags.custom<readonly [string, string]>({
    description:
      'setting of the topic, by the name that its system uses: cleanup.policy=compact (Kafka), MaxRecordSizeInKiB=N (Kinesis) or maxDeliveryAttempts=N (Pub/Sub); can be repeated',
    helpValue: 'NAME=VALUE',
    multiple: true,
    multipleNonGreedy: true,
    parse: (input) => Promise.resolve(parseSetting(input)),
  })(),
};

/** Of `mvs topic:create`. */
export const topicCreateFlags = {
  ...topicSpecFlags,
  'if-not-exists': Flags.boolean({ description: 'succeed if the topic exists' }),
  ...topicFlags,
  group: Flags.string({
    helpGroup: 'STREAM',
    description: 'consumer group that gets a subscription together with the topic (Pub/Sub only)',
    env: 'MVS_GROUP',
    helpValue: 'NAME',
    default: defaultGroup,
  }),
};

/** @throws MvsError USAGE if a setting is given twice. */
export function topicSpecOf(flags: Infer<typeof topicSpecFlags>): TopicSpec {
  const { partitions, 'replication-factor': replicationFactor, retention, config = [] } = flags;
  const names = config.map(([name]) => name);
  const twice = names.find((name, n) => names.indexOf(name) < n);
  if (twice !== undefined) throw givenTwice(`--config ${twice} is given twice`);
  if (retention !== undefined && names.includes('retention.ms')) {
    throw givenTwice('--retention and --config retention.ms set the same thing');
  }
  return { partitions, replicationFactor, retentionMs: retention, settings: new Map(config) };
}

/** @throws MvsError USAGE */
export function parseRetention(input: string): number {
  if (input === 'forever' || input === '-1') return Infinity;
  const ms = parseDuration(input);
  if (ms !== undefined && ms > 0) return ms;
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not a retention time`, {
    hint: 'Give a number with s, m, h, d or w, such as 12h or 7d, or "forever".',
  });
}

function parseSetting(input: string): readonly [string, string] {
  const [, name, value] = /^\s*([^=\s]+)=(.*)$/s.exec(input) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new MvsError('USAGE', `${JSON.stringify(input)} is not NAME=VALUE`, {
    hint: 'Example: --config cleanup.policy=compact',
  });
}

function givenTwice(message: string): MvsError {
  return new MvsError('USAGE', message, { hint: 'Remove one of them.' });
}
