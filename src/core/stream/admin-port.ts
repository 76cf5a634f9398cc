/** Looks after topics and groups; messages come and go by the port of frames. */

import type { Servers } from './servers.js';

export interface TopicSummary {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  /** How many lie in it now. */
  readonly messages: number;
  /** Of the servers' own making. */
  readonly internal: boolean;
}

export interface PartitionState {
  readonly partition: number;
  /** The server that takes and hands out its messages; null where there is none now. */
  readonly leader: number | null;
  readonly replicas: readonly number[];
  readonly inSyncReplicas: readonly number[];
  /** Of the first message that retention has left. */
  readonly logStartOffset: number;
  /** Of the next message that will come. */
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

/** A place in a topic; of a time, the first message that was published then or later. */
export type ResetTarget = 'earliest' | 'latest' | { readonly time: Date } | { readonly offset: bigint };

export interface Reset {
  readonly topic: string;
  readonly group: string;
  readonly to: ResetTarget;
  /** All of them unless given. */
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
  /** Members of the group that are at work: while there are any, it cannot be moved. */
  readonly activeMembers: number;
}

/** Looks after topics and groups; messages come and go by a `FrameStream`. */
export interface StreamAdmin extends AsyncDisposable {
  /** As they were when it was opened. */
  readonly servers: Servers;
  /** By name, without those that have partitions without a leader. */
  topics(): Promise<readonly TopicSummary[]>;
  /** @throws MvsError TOPIC_MISSING */
  describeTopic(topic: string): Promise<TopicDescription>;
  /** Deletes topics with all that lies in them. @throws MvsError TOPIC_MISSING */
  deleteTopics(topics: readonly string[]): Promise<void>;
  /** Where the group would stand. Changes nothing. @throws MvsError TOPIC_MISSING, USAGE where a partition does not exist. */
  planReset(reset: Reset): Promise<ResetPlan>;
  /** Moves the group on all of these partitions, or on none. @throws MvsError GROUP_ACTIVE while it has members at work. */
  resetOffsets(reset: Pick<Reset, 'topic' | 'group'>, partitions: readonly PartitionReset[]): Promise<void>;
}
