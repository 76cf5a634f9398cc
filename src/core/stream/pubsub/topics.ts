import type { protos } from '@google-cloud/pubsub';
import { MvsError } from '../../base/errors.js';
import type { TopicSpec } from '../port.js';
import { ask, once, status, statusOf, type Connection } from './client.js';
import { labelsOf } from './dead-letter-policy.js';
import { topicPath } from './names.js';

export type TopicInfo = protos.google.pubsub.v1.ITopic;

/** What the service takes, in seconds: https://cloud.google.com/pubsub/docs/topic-properties */
const retention = { min: 600, max: 31 * 86_400 };

/** @throws MvsError TOPIC_MISSING */
export async function getTopic(connection: Connection): Promise<TopicInfo> {
  const { publisher, topic, project } = connection;
  try {
    return await ask(`reading topic ${topic}`, publisher.getTopic({ topic: topicPath(connection) }, once));
  } catch (error) {
    if (statusOf(error) !== status.notFound) throw error;
    throw new MvsError('TOPIC_MISSING', `the topic ${topic} does not exist in the project ${project}`, {
      cause: error,
      hint: 'Create it with "mvs topic:create", or name another one in --stream.',
    });
  }
}

/** @returns false where the topic exists already. @throws MvsError USAGE */
export async function createTopic(connection: Connection, spec: TopicSpec): Promise<boolean> {
  const { publisher, topic } = connection;
  const kept =
    spec.retentionMs === undefined ? {} : { messageRetentionDuration: kept31Days(spec.retentionMs) };
  const request = { name: topicPath(connection), ...kept, labels: labelsOf(spec.settings) };
  try {
    await ask(`creating the topic ${topic}`, publisher.createTopic(request, once));
    return true;
  } catch (error) {
    if (statusOf(error) === status.alreadyExists) return false;
    throw error;
  }
}

function kept31Days(ms: number): { seconds: number } {
  const seconds = Math.ceil(ms / 1000);
  if (seconds >= retention.min && seconds <= retention.max) return { seconds };
  throw new MvsError('USAGE', 'Pub/Sub keeps messages between 10 minutes and 31 days', {
    hint: 'Give --retention from 10m to 31d, or omit it: unsettled messages are then kept for 7 days.',
  });
}
