import type { protos } from '@google-cloud/pubsub';
import { MvsError } from '../../errors.js';
import type { TopicSpec } from '../port.js';
import { ask, once, status, statusOf, type Connection } from './client.js';
import { subscriptionPath, subscriptionsOf, topicPath } from './names.js';

type SubscriptionInfo = protos.google.pubsub.v1.ISubscription;

/** What the service takes, in seconds: https://cloud.google.com/pubsub/docs/subscription-properties */
const retention = { min: 600, topicMax: 31 * 86_400, subscriptionMax: 7 * 86_400 };
const ackDeadline = { min: 10, max: 600 };

/** @throws MvsError TOPIC_MISSING */
export async function getTopic(connection: Connection): Promise<protos.google.pubsub.v1.ITopic> {
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

/**
 * Creates a topic, and with it the subscription of the group: what is published before there is one is lost.
 * @returns false where the topic exists already. @throws MvsError USAGE
 */
export async function createTopic(connection: Connection, spec: TopicSpec): Promise<boolean> {
  const { publisher, topic, group } = connection;
  const [setting] = spec.settings?.keys() ?? [];
  if (setting !== undefined) {
    throw new MvsError('USAGE', `--config ${setting} is for Kafka`, {
      hint: 'Topics of Pub/Sub have no such settings; "gcloud pubsub topics update" changes what they have.',
    });
  }
  const kept =
    spec.retentionMs === undefined ? {} : { messageRetentionDuration: kept31Days(spec.retentionMs) };
  try {
    const request = { name: topicPath(connection), ...kept };
    await ask(`creating the topic ${topic}`, publisher.createTopic(request, once));
  } catch (error) {
    if (statusOf(error) === status.alreadyExists) return false;
    throw error;
  }
  await ensureSubscription(connection, group, ackDeadline.min * 1000);
  return true;
}

function kept31Days(ms: number): { seconds: number } {
  const seconds = Math.ceil(ms / 1000);
  if (seconds >= retention.min && seconds <= retention.topicMax) return { seconds };
  throw new MvsError('USAGE', 'Pub/Sub keeps messages between 10 minutes and 31 days', {
    hint: 'Give such a --retention, or leave it out: what is not settled is then kept for 7 days.',
  });
}

/** The subscription of a group, created unless it is there. @throws MvsError TOPIC_MISSING, CONFIG where it is not ours */
export async function ensureSubscription(
  connection: Connection,
  group: string,
  sessionTimeoutMs: number,
): Promise<SubscriptionInfo> {
  const name = subscriptionPath(connection, group);
  const found = await findSubscription(connection, name);
  if (found) return ofThisTopic(found, connection);
  const { seconds: ofTopic } = (await getTopic(connection)).messageRetentionDuration ?? {};
  const request = {
    name,
    topic: topicPath(connection),
    ackDeadlineSeconds: deadlineOf(sessionTimeoutMs),
    enableMessageOrdering: true,
    // An acknowledgement that has arrived is final then, as a commit is in Kafka.
    enableExactlyOnceDelivery: true,
    messageRetentionDuration: {
      seconds: Math.min(Number(ofTopic ?? retention.subscriptionMax), retention.subscriptionMax),
    },
    // Without a time it never expires; usually 31 days without a reader end it, and what waits in it.
    expirationPolicy: {},
  };
  const { subscriber, log } = connection;
  try {
    const created = await ask(`creating ${name}`, subscriber.createSubscription(request, once));
    log.info(`created the subscription ${name}: it gets what is published from now on`);
    return created;
  } catch (error) {
    // Another member was faster.
    const theirs =
      statusOf(error) === status.alreadyExists ? await findSubscription(connection, name) : undefined;
    if (!theirs) throw error;
    return ofThisTopic(theirs, connection);
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
  await ensureSubscription(connection, group, ackDeadline.min * 1000);
}

/** For how long the service waits before it gives a message to another member, in seconds. */
export function deadlineOf(sessionTimeoutMs: number): number {
  return Math.min(ackDeadline.max, Math.max(ackDeadline.min, Math.ceil(sessionTimeoutMs / 1000)));
}
