import type { protos } from '@google-cloud/pubsub';
import { messageOf, MvsError } from '../../base/errors.js';
import type { TopicSpec } from '../port.js';
import { ask, once, status, statusOf, type Connection } from './client.js';
import { deadLetterPolicyOf, lettersOf } from './dead-letter-policy.js';
import { subscriptionPath, subscriptionsOf, topicPath } from './names.js';
import { createTopic, getTopic, type TopicInfo } from './topics.js';

type SubscriptionInfo = protos.google.pubsub.v1.ISubscription;

/** What the service takes, in seconds: https://cloud.google.com/pubsub/docs/subscription-properties */
const retention = { byDefault: 7 * 86_400, max: 31 * 86_400 };
export const ackDeadline = { min: 10, max: 600 };

/**
 * Creates a topic, and with it the subscription of the group: what is published before there is one is lost.
 * @returns false where the topic exists already. @throws MvsError USAGE
 */
export async function createWithSubscription(connection: Connection, spec: TopicSpec): Promise<boolean> {
  const created = await createTopic(connection, spec);
  // Also if the topic exists: the group may be another one, or the process that created it was killed half-way.
  await ensureSubscription(connection, connection.group);
  return created;
}

/** The subscription of a group, created unless it is there. @throws MvsError TOPIC_MISSING, CONFIG where it is not ours */
export async function ensureSubscription(
  connection: Connection,
  group: string,
  sessionTimeoutMs = ackDeadline.min * 1000,
): Promise<SubscriptionInfo> {
  const name = subscriptionPath(connection, group);
  const found = await findSubscription(connection, name);
  if (found) return withDeadline(ofThisTopic(found, connection), connection, deadlineOf(sessionTimeoutMs));
  const topic = await getTopic(connection);
  const policy = deadLetterPolicyOf(topic, connection);
  if (policy) await createWithSubscription(lettersOf(connection), { partitions: 1, replicationFactor: 1 });
  const request = {
    name,
    topic: topicPath(connection),
    ackDeadlineSeconds: deadlineOf(sessionTimeoutMs),
    enableMessageOrdering: true,
    // An acknowledgement that has arrived is final then, as a commit is in Kafka.
    enableExactlyOnceDelivery: true,
    messageRetentionDuration: { seconds: retentionOf(topic) },
    // An empty policy never expires. The default deletes a subscription, and what waits in it, after 31 days without a reader.
    expirationPolicy: {},
    deadLetterPolicy: policy ?? null,
  };
  const { subscriber, log } = connection;
  try {
    const created = await ask(`creating ${name}`, subscriber.createSubscription(request, once));
    log.info(`created the subscription ${name}: it receives only messages published from now on`);
    return created;
  } catch (error) {
    // Another member was faster.
    const theirs =
      statusOf(error) === status.alreadyExists ? await findSubscription(connection, name) : undefined;
    if (!theirs) throw error;
    return ofThisTopic(theirs, connection);
  }
}

function retentionOf({ messageRetentionDuration: ofTopic }: TopicInfo): number {
  return Math.min(Number(ofTopic?.seconds ?? retention.byDefault), retention.max);
}

/**
 * All members read from the subscription how late the messages of a dead one are delivered again (`Quiet`), so it has the longest
 * session. A member that may not change it extends by what it has.
 */
async function withDeadline(
  found: SubscriptionInfo,
  { subscriber, log }: Connection,
  ackDeadlineSeconds: number,
): Promise<SubscriptionInfo> {
  const { name = null } = found;
  if ((found.ackDeadlineSeconds ?? 0) >= ackDeadlineSeconds) return found;
  const change = {
    subscription: { name, ackDeadlineSeconds },
    updateMask: { paths: ['ack_deadline_seconds'] },
  };
  try {
    return await ask(`setting the deadline of ${name ?? ''}`, subscriber.updateSubscription(change, once));
  } catch (error) {
    if (statusOf(error) !== status.permissionDenied) throw error;
    log.warn(
      `the deadline of ${name ?? ''} stays at ${found.ackDeadlineSeconds ?? 0} s: ${messageOf(error)}`,
    );
    return found;
  }
}

export async function findSubscription(
  { subscriber }: Connection,
  subscription: string,
): Promise<SubscriptionInfo | undefined> {
  try {
    return await ask(`reading ${subscription}`, subscriber.getSubscription({ subscription }, once));
  } catch (error) {
    if (statusOf(error) === status.notFound) return undefined;
    throw error;
  }
}

/** A topic that was deleted and created again has lost its subscriptions, and their names are taken. */
function ofThisTopic(found: SubscriptionInfo, connection: Connection): SubscriptionInfo {
  if (found.topic === topicPath(connection)) return found;
  throw new MvsError(
    'CONFIG',
    `the subscription ${found.name ?? ''} belongs to ${found.topic ?? 'no topic'}`,
    {
      hint: 'Delete it with "gcloud pubsub subscriptions delete", or take another --group. What waits in it is lost then.',
    },
  );
}

/** Creates the subscription of the stream's own group where no group has any yet. */
export async function ensureAnySubscription(connection: Connection): Promise<void> {
  const { publisher, topic, group, log } = connection;
  const listing = publisher.listTopicSubscriptions({ topic: topicPath(connection) }, once);
  const names = await ask(`listing the subscriptions of ${topic}`, listing);
  if (names.some((name) => name.startsWith(subscriptionsOf(connection)))) return;
  log.warn(`no group has a subscription to ${topic} yet: creating that of ${group}, so that nothing is lost`);
  await ensureSubscription(connection, group);
}

/** For how long the service waits before it gives a message to another member, in seconds. */
export function deadlineOf(sessionTimeoutMs: number): number {
  return Math.min(ackDeadline.max, Math.max(ackDeadline.min, Math.ceil(sessionTimeoutMs / 1000)));
}
