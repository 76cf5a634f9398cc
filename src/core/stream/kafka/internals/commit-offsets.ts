import type { Kafka } from 'kafkajs';
import { unlessAborted } from '../../../base/abort.js';
import { groupActive } from '../../group-active.js';
import { clusterFactoryOf } from './hidden-cluster.js';
import { isLost } from '../ownership.js';

const timeoutMs = 15_000;

export interface Commitment {
  readonly topic: string;
  readonly group: string;
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  findGroupCoordinator(of: { groupId: string }): Promise<{ offsetCommit(request: object): Promise<unknown> }>;
}

/**
 * Commits without being a member, as Kafka's own tool does: one request, which the coordinator takes as a whole, and only while
 * the group has no members. `admin.setOffsets` of kafkajs joins the group instead and commits each partition by itself, so it
 * can be interrupted half-way, and a consumer that comes at the same time loses its partitions to it.
 *
 * @throws MvsError GROUP_ACTIVE
 */
export async function commitOffsets(client: Kafka, { topic, group, partitions }: Commitment): Promise<void> {
  const cluster = clusterFactoryOf<Cluster>(client).create({ allowAutoTopicCreation: false });
  const work = async (): Promise<void> => {
    await cluster.connect();
    const coordinator = await cluster.findGroupCoordinator({ groupId: group });
    await coordinator.offsetCommit({
      groupId: group,
      groupGenerationId: -1,
      memberId: '',
      topics: [{ topic, partitions }],
    });
  };
  try {
    await unlessAborted(work(), AbortSignal.timeout(timeoutMs));
  } catch (error) {
    if (isLost(error)) throw groupActive(group, error);
    throw error;
  } finally {
    await cluster.disconnect();
  }
}
