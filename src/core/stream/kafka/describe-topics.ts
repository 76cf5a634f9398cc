import type { Admin, ITopicMetadata } from 'kafkajs';
import pMap from 'p-map';
import type { PartitionState, TopicDescription, TopicGroup, TopicSummary } from '../admin-port.js';
import type { Leaderless } from '../servers.js';
import { typeOf } from './client.js';
import { deadLetterTopicOf } from '../dead-letters.js';
import { committedOffsets } from './offsets.js';
import { topicConfig, topicError } from './topics.js';

/** Each question is answered within milliseconds, and there may be thousands of topics and groups to ask about. */
const concurrency = 8;
/** The source of a setting that was set for the topic itself. (kafkajs' types declare the number as a name.) */
const ofTheTopic: unknown = 1;

/** @param leaderless left out, because their messages cannot be counted */
export async function listTopics(admin: Admin, leaderless: readonly Leaderless[]): Promise<TopicSummary[]> {
  const { topics } = await admin.fetchTopicMetadata();
  const led = topics.filter(({ name }) => leaderless.every(({ topic }) => topic !== name));
  const summaries = await pMap(led, (topic) => summaryUnlessGone(admin, topic), { concurrency });
  return summaries
    .filter((summary) => summary !== undefined)
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : 0));
}

/** Another client may delete it meanwhile. */
async function summaryUnlessGone(admin: Admin, topic: ITopicMetadata): Promise<TopicSummary | undefined> {
  try {
    return summaryOf(topic, await fetchPartitions(admin, topic));
  } catch (error) {
    if (typeOf(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined;
    throw error;
  }
}

/** @throws MvsError TOPIC_MISSING */
export async function describeTopic(admin: Admin, topic: string): Promise<TopicDescription> {
  const found = await fetchMetadata(admin, topic);
  const partitionStates = await fetchPartitions(admin, found);
  const [settings, groups] = await Promise.all([
    fetchSettings(admin, topic),
    fetchGroups(admin, topic, partitionStates),
  ]);
  const deadLetterTopic = deadLetterTopicOf(topic);
  return { ...summaryOf(found, partitionStates), deadLetterTopic, partitionStates, settings, groups };
}

async function fetchMetadata(admin: Admin, topic: string): Promise<ITopicMetadata> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0] ?? { name: topic, partitions: [] };
  } catch (error) {
    throw topicError(error, topic);
  }
}

function summaryOf({ name }: ITopicMetadata, states: readonly PartitionState[]): TopicSummary {
  return {
    topic: name,
    partitions: states.length,
    replicationFactor: states[0]?.replicas.length ?? 0,
    messages: states.reduce(
      (sum, { logStartOffset, logEndOffset }) => sum + logEndOffset - logStartOffset,
      0,
    ),
    // As the broker knows them too: by name.
    internal: name.startsWith('__'),
  };
}

async function fetchPartitions(
  admin: Admin,
  { name, partitions }: ITopicMetadata,
): Promise<PartitionState[]> {
  const offsets = new Map((await admin.fetchTopicOffsets(name)).map((row) => [row.partition, row]));
  return partitions
    .map(({ partitionId: partition, leader, replicas, isr: inSyncReplicas }) => ({
      partition,
      leader: leader < 0 ? null : leader,
      replicas,
      inSyncReplicas,
      logStartOffset: Number(offsets.get(partition)?.low ?? 0),
      logEndOffset: Number(offsets.get(partition)?.high ?? 0),
    }))
    .sort((a, b) => a.partition - b.partition);
}

async function fetchSettings(admin: Admin, topic: string): Promise<TopicDescription['settings']> {
  const entries = await topicConfig(admin, topic);
  const own = entries.filter(({ configSource }) => configSource === ofTheTopic);
  return own.map(({ configName: name, configValue: value }) => ({ name, value }));
}

async function fetchGroups(
  admin: Admin,
  topic: string,
  states: readonly PartitionState[],
): Promise<TopicGroup[]> {
  const { groups } = await admin.listGroups();
  const lags = await pMap(groups, async ({ groupId }) => lagOf(admin, topic, groupId, states), {
    concurrency,
  });
  const readers = groups.flatMap(({ groupId: group }, n) => {
    const lag = lags[n];
    return lag === undefined ? [] : [{ group, lag }];
  });
  if (readers.length === 0) return [];
  const described = await admin.describeGroups(readers.map(({ group }) => group));
  const stateOf = new Map(described.groups.map(({ groupId, state }) => [groupId, state]));
  return readers
    .map(({ group, lag }) => ({ group, state: stateOf.get(group) ?? 'Unknown', lag }))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
}

/** Undefined where the group has committed nothing there. */
async function lagOf(
  admin: Admin,
  topic: string,
  group: string,
  states: readonly PartitionState[],
): Promise<number | undefined> {
  const committed = await committedOffsets(admin, topic, group);
  if (committed.size === 0) return undefined;
  const lags = states.map(({ partition, logStartOffset, logEndOffset }) => {
    const from = Math.max(Number(committed.get(partition) ?? 0), logStartOffset);
    return Math.max(0, logEndOffset - from);
  });
  return lags.reduce((sum, lag) => sum + lag, 0);
}
