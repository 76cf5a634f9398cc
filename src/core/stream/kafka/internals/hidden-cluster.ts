import type { Kafka } from 'kafkajs';

type Create<Cluster> = (options: object) => Cluster;

/**
 * How a client of kafkajs creates its clusters, which it does not show.
 * @typeParam Cluster what the caller needs of one
 */
export function clusterFactoryOf<Cluster>(client: Kafka): {
  readonly create: Create<Cluster>;
  readonly replace: (next: Create<Cluster>) => void;
} {
  const key = Object.getOwnPropertySymbols(client).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const hidden = client as unknown as Record<symbol, Create<Cluster> | undefined>;
  const create = key && hidden[key];
  if (!create) throw new Error('this version of kafkajs does not show its cluster');
  return {
    create,
    replace: (next) => {
      hidden[key] = next;
    },
  };
}
