import './creation-reasons.js';
import kafkajs, { type Admin, type DescribeConfigResponse } from 'kafkajs';
import { messageOf, MvsError } from '../../base/errors.js';
import { silentLog } from '../../base/log.js';
import { untilItWorks } from '../../base/retry.js';
import type { Expired, TopicSpec } from '../port.js';
import { kafkaError, typeOf } from './client.js';

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
      // kafkajs gives up where a broker does not know the new topic yet: it is waited for below.
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
    // kafkajs says false, and does not throw, where the topic is there already.
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

/** By the time of producers, one whose clock is behind would publish what retention deletes at once. */
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
          hint: 'Nothing was created. The names of settings are in the topic configs of the Kafka documentation.',
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

/** Of a question about one topic. */
export function topicError(error: unknown, topic: string): MvsError {
  if (typeOf(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') return kafkaError(error, `reading topic ${topic}`);
  return new MvsError('TOPIC_MISSING', `the topic ${topic} does not exist`, {
    cause: error,
    hint: 'Create it with "mvs topic:create", or name another one: "mvs topic:list" shows them.',
  });
}

/** Behind the last message of each partition. */
export type Ends = ReadonlyMap<number, bigint>;

export async function fetchEnds(admin: Admin, topic: string): Promise<Ends> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, BigInt(high)]));
}

/** Settled means committed; a partition that never held a message, or lost all to retention, needs no commit. */
export async function hasSettled(admin: Admin, topic: string, group: string, before: Ends): Promise<boolean> {
  const committed = await committedOffsets(admin, topic, group);
  const now = await admin.fetchTopicOffsets(topic);
  return now.every(({ partition, low, high }) => {
    const end = before.get(partition) ?? 0n;
    // A topic that was created again ends earlier.
    const last = BigInt(high) < end ? BigInt(high) : end;
    // What retention has taken since is nobody's to wait for.
    return BigInt(low) >= last || (committed.get(partition) ?? 0n) >= last;
  });
}

export async function fetchExpired(admin: Admin, topic: string, group: string): Promise<Expired[]> {
  const committed = await committedOffsets(admin, topic, group);
  const offsets = await admin.fetchTopicOffsets(topic);
  const starts = offsets.map(({ partition, low }) => ({
    ...{ partition, from: committed.get(partition) ?? 0n, to: BigInt(low) },
  }));
  return starts.filter(({ from, to }) => from < to);
}

/** Partitions without a commit are absent. */
export async function committedOffsets(
  admin: Admin,
  topic: string,
  group: string,
): Promise<ReadonlyMap<number, bigint>> {
  const [answer] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const offsets = new Map<number, bigint>();
  for (const { partition, offset } of answer?.partitions ?? []) {
    if (BigInt(offset) >= 0n) offsets.set(partition, BigInt(offset));
  }
  return offsets;
}

/** The first offset that retention has left. */
export async function lowestOffset(admin: Admin, topic: string, partition: number): Promise<bigint> {
  return (await fetchStarts(admin, topic)).get(partition) ?? 0n;
}

/** The first offset that retention has left, by partition. */
export async function fetchStarts(admin: Admin, topic: string): Promise<ReadonlyMap<number, bigint>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, low }) => [partition, BigInt(low)]));
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
