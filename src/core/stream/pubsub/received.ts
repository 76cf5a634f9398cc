import type { protos } from '@google-cloud/pubsub';
import type { Published } from '../port.js';
import { ask, status, statusOf, type Connection } from './client.js';
import { fromPubSub } from './message.js';
import { findSubscription } from './subscriptions.js';

export type Received = protos.google.pubsub.v1.IReceivedMessage;

/** The service waits so long for a message before it answers; shorter ones cost requests, longer ones tell less. */
const pullOptions = { timeout: 5_000, retry: null };

/** What a subscription has, so many at most. */
export async function pull(
  connection: Connection,
  subscription: string,
  maxMessages: number,
): Promise<readonly Received[]> {
  const { subscriber, topic } = connection;
  const call = subscriber.pull({ subscription, maxMessages }, pullOptions);
  try {
    return (await ask(`reading ${topic}`, call)).receivedMessages ?? [];
  } catch (error) {
    // A request that waits until its time is over is how the service says that there is nothing; unless it is away.
    if (statusOf(error) !== status.deadlineExceeded) throw error;
    if (!(await findSubscription(connection, subscription))) throw error;
    return [];
  }
}

export function toPublished({ message }: Received, topic: string): Published {
  const { messageId, publishTime } = message ?? {};
  return {
    message: fromPubSub(message ?? {}),
    // Ids are digits; Google's fake puts a letter before them.
    origin: { topic, partition: 0, offset: (messageId ?? '').replace(/\D/g, '') },
    publishedAt: new Date(Number(publishTime?.seconds ?? 0) * 1000 + (publishTime?.nanos ?? 0) / 1e6),
  };
}
