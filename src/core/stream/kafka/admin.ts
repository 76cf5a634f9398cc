import { atMost } from '../../base/abort.js';
import { closeGraceMs } from '../closing.js';
import type { StreamAdmin } from '../admin-port.js';
import { connectAdmin, createClient, type KafkaConfig } from './client.js';
import { commitOffsets } from './internals/commit-offsets.js';
import { describeTopic, listTopics } from './describe-topics.js';
import { planReset } from './reset.js';
import { topicError } from './topics.js';
import { answered } from './unavailable.js';

/** @throws MvsError BROKER_UNAVAILABLE where no broker answers, CONFIG where it refuses. */
export async function openKafkaAdmin(config: KafkaConfig): Promise<StreamAdmin> {
  const connection = await connectAdmin(config);
  const { admin, standing } = connection;
  const ask = <T>(doing: string, topic: string, question: Promise<T>, group?: string): Promise<T> =>
    answered(connection, { doing, topic, ...(group !== undefined && { group }) }, question);
  return {
    servers: standing,
    topics: () => ask('listing the topics', '', listTopics(admin, standing.leaderless)),
    topicNames: () => ask('listing the topics', '', admin.listTopics()),
    describeTopic: (topic) => ask(`describing ${topic}`, topic, describeTopic(admin, topic)),
    async deleteTopics(topics) {
      const names = topics.join(' or ');
      const deleting = admin.deleteTopics({ topics: [...topics] }).catch((error: unknown) => {
        throw topicError(error, names);
      });
      await ask(`deleting ${names}`, '', deleting);
    },
    planReset: (reset) => {
      const { topic, group } = reset;
      return ask(`reading the offsets of ${group}`, topic, planReset(admin, reset), group);
    },
    async resetOffsets({ topic, group }, partitions) {
      const moves = partitions.map(({ partition, newOffset }) => ({ partition, offset: String(newOffset) }));
      const client = createClient({ ...config, brokers: standing.given });
      await ask(
        `moving the group ${group}`,
        topic,
        commitOffsets(client, { topic, group, partitions: moves }),
        group,
      );
    },
    [Symbol.asyncDispose]: () => atMost(closeGraceMs, admin.disconnect()),
  };
}
