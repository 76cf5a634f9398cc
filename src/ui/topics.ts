import type { TopicDescription, TopicSummary } from '../core/stream/admin-port.js';
import { plural } from '../core/base/text.js';
import { renderTable } from './table.js';

export interface CreatedTopic {
  topic: string;
  /** Null where the system has none. */
  partitions: number | null;
  /** Null where the system decides it. */
  replicationFactor: number | null;
  /** False if the topic existed already. */
  created: boolean;
}

export function renderCreated({ topic, partitions, created }: CreatedTopic): string {
  const size = partitions === null ? '' : `${created ? '' : ','} with ${plural(partitions, 'partition')}`;
  return created ? `created topic ${topic}${size}` : `topic ${topic} already exists${size}`;
}

export function renderTopics(topics: readonly TopicSummary[]): string {
  if (topics.length === 0) return 'no topics yet; create one with "mvs topic:create"';
  const rows = topics.map(({ topic, partitions, replicationFactor, messages }) => [
    topic,
    partitions,
    replicationFactor,
    messages,
  ]);
  return renderTable(['TOPIC', 'PARTITIONS', 'REPLICATION', 'MESSAGES'], rows);
}

export function renderTopic(description: TopicDescription): string {
  const { topic, partitions, replicationFactor, messages, settings, groups } = description;
  const sum = `${topic}: ${plural(messages, 'message')} in ${plural(partitions, 'partition')}, replication factor ${replicationFactor}`;
  const parts = [sum, renderPartitions(description)];
  if (settings.length > 0) {
    const rows = settings.map(({ name, value }) => [name, value]);
    parts.push(renderTable(['CONFIG', 'VALUE'], rows));
  }
  if (groups.length > 0) {
    const rows = groups.map(({ group, state, lag }) => [group, state, lag]);
    parts.push(renderTable(['GROUP', 'STATE', 'LAG'], rows));
  }
  return parts.join('\n\n');
}

function renderPartitions({ partitionStates }: TopicDescription): string {
  const rows = partitionStates.map((state) => [
    state.partition,
    state.leader,
    state.replicas.join(','),
    state.inSyncReplicas.join(','),
    state.logStartOffset,
    state.logEndOffset,
  ]);
  return renderTable(['PARTITION', 'LEADER', 'REPLICAS', 'ISR', 'LOG-START-OFFSET', 'LOG-END-OFFSET'], rows);
}
