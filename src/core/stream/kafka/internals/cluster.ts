import type { Admin, Kafka, RetryOptions } from 'kafkajs';
import { clusterFactoryOf } from './hidden-cluster.js';
import { askMetadata, type MetadataBroker } from './other-topics.js';

/** What a broker says of its cluster. */
export interface ClusterView {
  readonly brokers: readonly { readonly nodeId: number; readonly address: string }[];
  readonly topics: readonly TopicView[];
}

export interface TopicView {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    /** Negative where there is none. */
    readonly leader: number;
    readonly replicas: readonly number[];
  }[];
}

interface Broker extends MetadataBroker {
  isConnected(): boolean;
  findGroupCoordinator(of: object): Promise<{ readonly coordinator: { readonly nodeId: number } }>;
}
type Work = (of: { readonly nodeId: string; readonly broker: Broker }) => Promise<unknown>;
interface BrokerPool {
  readonly brokers: Readonly<Record<string, Broker>>;
  findBroker(of: { readonly nodeId: string }): Promise<Broker>;
  findConnectedBroker(): Promise<Broker>;
  refreshMetadata(topics: readonly string[]): Promise<unknown>;
  withBroker(work: Work): Promise<unknown>;
}
export interface Cluster {
  readonly brokerPool: BrokerPool;
}

/** An admin client, and the cluster that it keeps to itself. */
export function createAdmin(client: Kafka, retry?: RetryOptions): { admin: Admin; cluster: Cluster } {
  const { create, replace } = clusterFactoryOf<Cluster>(client);
  let cluster: Cluster | undefined;
  replace((options) => (cluster = create(options)));
  const admin = client.admin(retry && { retry });
  if (!cluster) throw new Error('this version of kafkajs does not show its cluster');
  askWhoIsThere(cluster.brokerPool);
  return { admin, cluster };
}

/**
 * kafkajs asks a random broker what any broker can answer, and fails if that one is down, even if the next one would answer. This asks
 * connected brokers first. If all of them answer with an error, it throws the error; kafkajs would return null.
 */
function askWhoIsThere(pool: BrokerPool): void {
  pool.withBroker = async (work) => {
    const all = Object.entries(pool.brokers);
    const connected = all.filter(([, broker]) => broker.isConnected());
    let failure: unknown = new Error('no broker is known');
    for (const [nodeId] of connected.length > 0 ? connected : all) {
      try {
        return await work({ nodeId, broker: await pool.findBroker({ nodeId }) });
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };
}

/** Otherwise kafkajs would learn them with its first question, and fail if that is about a topic that does not exist. */
export async function learnBrokers({ brokerPool }: Cluster): Promise<void> {
  await brokerPool.refreshMetadata([]);
}

/** What a broker that can be reached says of its cluster: of these topics, or of all where none is named. */
export async function viewCluster({ brokerPool }: Cluster, topics: readonly string[]): Promise<ClusterView> {
  const answer = await askMetadata(await brokerPool.findConnectedBroker(), topics);
  return {
    brokers: answer.brokers.map(({ nodeId, host, port }) => ({ nodeId, address: `${host}:${port}` })),
    topics: answer.topicMetadata.map(({ topic, partitionMetadata }) => ({
      topic,
      partitions: partitionMetadata.map(({ partitionId: partition, leader, replicas }) => ({
        ...{ partition, leader, replicas },
      })),
    })),
  };
}

/** The broker that keeps the offsets of a group; undefined where there is none now. */
export async function findCoordinator({ brokerPool }: Cluster, group: string): Promise<number | undefined> {
  const broker = await brokerPool.findConnectedBroker();
  try {
    const { coordinator } = await broker.findGroupCoordinator({ groupId: group, coordinatorType: 0 });
    return coordinator.nodeId;
  } catch (error) {
    if (error instanceof Error && 'type' in error && error.type === 'GROUP_COORDINATOR_NOT_AVAILABLE')
      return undefined;
    throw error;
  }
}
