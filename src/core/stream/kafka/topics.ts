import './internals/creation-reasons.js';
import kafkajs, { type Admin, type DescribeConfigResponse } from 'kafkajs';
import { messageOf, MvsError } from '../../base/errors.js';
import { silentLog } from '../../base/log.js';
import { untilItWorks } from '../../base/retry.js';
import type { TopicSpec } from '../port.js';
import { kafkaError, topicMissing, typeOf } from './client.js';

/** Creates a topic whose messages may be as large as a full-size frame. @returns false where it exists already. */
export async function createTopic(
  admin: Admin,
  topic: string,
  spec: TopicSpec,
  messageBytes = maxMessageBytes,
): Promise<boolean> {
  const { partitions: numPartitions, replicationFactor } = spec;
  const create = (settings: ReadonlyMap<string, string>): Promise<boolean> => {
    const configEntries = Array.from(settings, ([name, value]) => ({ name, value }));
    return admin.createTopics({
      topics: [{ topic, numPartitions, replicationFactor, configEntries }],
      // kafkajs gives up where a broker does not know the new topic yet: mvs waits for it below.
      waitForLeaders: false,
    });
  };
  const settings = settingsOf(spec, messageBytes);
  try {
    const created = await create(new Map([...brokerTime, ...settings])).catch((error: unknown) => {
      // Some services do not let a topic choose whose time it keeps.
      if (typeOf(firstOf(error)) === 'INVALID_CONFIG') return create(settings);
      throw error;
    });
    // kafkajs returns false, and does not throw, if the topic exists.
    if (!created) return false;
  } catch (error) {
    throw createError(error, topic, replicationFactor);
  }
  // createTopics resolves when the controller knows the topic; leaders follow a moment later.
  const firstUse = (): Promise<unknown> =>
    admin.fetchTopicOffsets(topic).catch((error: unknown) => {
      const cause = kafkaError(error, `the new topic ${topic}`);
      throw new MvsError('BROKER_UNAVAILABLE', cause.message, { cause, retriable: true });
    });
  await untilItWorks(firstUse, { signal: AbortSignal.timeout(leaderTimeoutMs), log: silentLog });
  return true;
}

/** With the producers' time, retention would delete at once what a producer with a slow clock publishes. */
const brokerTime = [['message.timestamp.type', 'LogAppendTime']] as const;

function settingsOf(spec: TopicSpec, messageBytes: number): Map<string, string> {
  const { retentionMs, settings = [] } = spec;
  const retention = retentionMs === Infinity ? '-1' : retentionMs?.toString();
  return new Map([
    ['max.message.bytes', String(messageBytes)],
    ...(retention === undefined ? [] : [['retention.ms', retention] as const]),
    ...settings,
  ]);
}

/** As the local broker is configured; a raw 4K JPEG at best quality stays below it. */
export const maxMessageBytes = 8_388_608;
const leaderTimeoutMs = 30_000;

function createError(error: unknown, topic: string, replicationFactor: number): MvsError {
  const cause = firstOf(error);
  switch (typeOf(cause)) {
    case 'INVALID_REPLICATION_FACTOR':
      return new MvsError('USAGE', `the cluster has fewer brokers than ${replicationFactor} replicas need`, {
        cause,
        hint: 'Give a --replication-factor of at most the number of brokers (the local stack has one).',
      });
    case 'INVALID_TOPIC_EXCEPTION':
      return new MvsError('USAGE', `Kafka does not allow the topic name ${JSON.stringify(topic)}`, {
        cause,
        hint: 'Use letters, digits, ".", "_" and "-", 249 characters at most.',
      });
    case 'INVALID_CONFIG':
    case 'INVALID_PARTITIONS':
    case 'POLICY_VIOLATION':
      return new MvsError(
        'USAGE',
        `Kafka refuses to create ${topic}: ${messageOf(error).replace(/\.$/, '')}`,
        {
          cause,
          hint: 'Nothing was created. For the names of settings, see "Topic configs" in the Kafka documentation.',
        },
      );
    default:
      return kafkaError(cause, `creating the topic ${topic}`);
  }
}

/** kafkajs names its aggregate error in its types but does not export the class. */
function firstOf(error: unknown): unknown {
  return error instanceof Error && 'errors' in error ? [error.errors].flat()[0] : error;
}

export async function countPartitions(admin: Admin, topic: string): Promise<number> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  } catch (error) {
    throw topicError(error, topic);
  }
}

/** What a failed question about one topic means. */
export function topicError(error: unknown, topic: string): MvsError {
  const isMissing = typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION';
  return isMissing ? topicMissing(topic, error) : kafkaError(error, `reading topic ${topic}`);
}

/** The settings of a topic: those of these names, or all. @throws what kafkajs throws, also where the user may not see them */
export async function topicConfig(
  admin: Admin,
  topic: string,
  configNames?: string[],
): Promise<DescribeConfigResponse['resources'][number]['configEntries']> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, ...(configNames && { configNames }) },
    ],
  });
  return resources.flatMap(({ configEntries }) => configEntries);
}
