/** Manages topics and groups. The port of frames carries messages. */

import type { Servers } from './servers.js';

export interface TopicSummary {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** The number of messages in it now. */
  readonly messages: number;
  /** Created by the servers for themselves. */
  readonly internal: boolean;
}

export interface PartitionState {
  readonly partition: number;
  /** The server that takes and hands out its messages; null if there is none now. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** The offset of the first message that retention has left. */
  readonly logStartOffset: number;
  /** The offset of the next message. */
  readonly logEndOffset: number;
}

/** A group that has settled messages of a topic. */
export interface TopicGroup {
  readonly group: string;
  /** In the servers' words. */
  readonly state: string;
  readonly lag: number;
}

export interface TopicDescription extends TopicSummary {
  readonly deadLetterTopic: string;
  readonly partitionStates: readonly PartitionState[];
  /** What was set for this topic and is not the servers' default. */
  readonly settings: readonly { readonly name: string; readonly value: string }[];
  readonly groups: readonly TopicGroup[];
}

/** A place in a topic. A time stands for the first message that was published then or later. */
export type ResetTarget = 'earliest' | 'latest' | { readonly time: Date } | { readonly offset: bigint };

export interface Reset {
  readonly topic: string;
  readonly group: string;
  readonly to: ResetTarget;
  /** Default: all of them. */
  readonly partitions?: readonly number[] | undefined;
}

export interface PartitionReset {
  readonly partition: number;
  /** Null where the group has committed nothing. */
  readonly currentOffset: number | null;
  readonly newOffset: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

export interface ResetPlan {
  readonly partitions: readonly PartitionReset[];
  /** Running members of the group: while there are any, the group cannot be moved. */
  readonly activeMembers: number;
}

/** Manages topics and groups; a `FrameStream` carries messages. */
export interface StreamAdmin extends AsyncDisposable {
  /** As they were when it was opened. */
  readonly servers: Servers;
  /** Sorted by name, without topics of which a partition has no leader. */
  topics(): Promise<readonly TopicSummary[]>;
  /** Of all topics, in one request, however many there are. */
  topicNames(): Promise<readonly string[]>;
  /** @throws MvsError TOPIC_MISSING */
  describeTopic(topic: string): Promise<TopicDescription>;
  /** Deletes topics with everything in them. @throws MvsError TOPIC_MISSING */
  deleteTopics(topics: readonly string[]): Promise<void>;
  /** Which offsets the group would have. Changes nothing. @throws MvsError TOPIC_MISSING, USAGE where a partition does not exist. */
  planReset(reset: Reset): Promise<ResetPlan>;
  /** Moves the group on all of these partitions, or on none. @throws MvsError GROUP_ACTIVE while it has running members. */
  resetOffsets(reset: Pick<Reset, 'topic' | 'group'>, partitions: readonly PartitionReset[]): Promise<void>;
}
