import { atMost } from '../../abort.js';
import { closeGraceMs } from '../closing.js';
import type { StreamAdmin } from '../port.js';
import { ask, connectAdmin, createClient, type KafkaConfig } from './client.js';
import { commitOffsets } from './commit-offsets.js';
import { describeTopic, listTopics } from './describe-topics.js';
import { planReset } from './reset.js';
import { topicError } from './topics.js';

/** @throws MvsError BROKER_UNAVAILABLE where no broker answers, CONFIG where it refuses. */
export async function openKafkaAdmin(config: KafkaConfig): Promise<StreamAdmin> {
  const admin = await connectAdmin(config);
  return {
    topics: () => ask('listing the topics', listTopics(admin)),
    describeTopic: (topic) => ask(`describing ${topic}`, describeTopic(admin, topic)),
    async deleteTopics(topics) {
      try {
        await admin.deleteTopics({ topics: [...topics] });
      } catch (error) {
        throw topicError(error, topics.join(' or '));
      }
    },
    planReset: (reset) => ask(`reading the offsets of ${reset.group}`, planReset(admin, reset)),
    async resetOffsets({ topic, group }, partitions) {
      const moves = partitions.map(({ partition, newOffset }) => ({ partition, offset: String(newOffset) }));
      const committing = commitOffsets(createClient(config), { topic, group, partitions: moves });
      await ask(`moving the group ${group}`, committing);
    },
    [Symbol.asyncDispose]: () => atMost(closeGraceMs, admin.disconnect()),
  };
}
