import type { protos } from '@google-cloud/pubsub';
import { MvsError } from '../../base/errors.js';
import { deadLetterTopicOf, replayGroupOf } from '../dead-letters.js';
import type { TopicSpec } from '../port.js';
import type { Connection } from './client.js';
import { topicPath } from './names.js';

/** The setting of a topic that `--config` may give, in Pub/Sub's own word. */
const setting = 'maxDeliveryAttempts';
/** Keeps it with the topic, for the subscriptions of groups that come later. */
const label = 'mvs-max-delivery-attempts';
/** https://cloud.google.com/pubsub/docs/handling-failures#dead_letter_topic */
const attempts = { min: 5, max: 100 };

/** The labels in which a topic keeps its settings. @throws MvsError USAGE for an unknown setting */
export function labelsOf(settings: TopicSpec['settings'] = new Map()): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [name, value] of settings) {
    if (name !== setting || !isCount(value)) throw noSetting(name, value);
    labels[label] = value;
  }
  return labels;
}

function isCount(value: string): boolean {
  return /^\d+$/.test(value) && Number(value) >= attempts.min && Number(value) <= attempts.max;
}

function noSetting(name: string, value: string): MvsError {
  return new MvsError('USAGE', `a topic of Pub/Sub has no setting ${name}=${value}`, {
    hint: `Only --config ${setting}=N (${attempts.min} to ${attempts.max}) is supported. Change other settings with "gcloud pubsub topics update".`,
  });
}

/** The topic of the dead letters, with the group that replays them. */
export function lettersOf(connection: Connection): Connection {
  const topic = deadLetterTopicOf(connection.topic);
  return { ...connection, topic, group: replayGroupOf(topic) };
}

type TopicInfo = Pick<protos.google.pubsub.v1.ITopic, 'labels'>;

/** Of the subscriptions to this topic: what was handed out so often and is not settled goes to the dead letters. */
export function deadLetterPolicyOf(
  { labels }: TopicInfo,
  connection: Connection,
): protos.google.pubsub.v1.IDeadLetterPolicy | undefined {
  const count = labels?.[label];
  if (count === undefined) return undefined;
  return { deadLetterTopic: topicPath(lettersOf(connection)), maxDeliveryAttempts: Number(count) };
}
