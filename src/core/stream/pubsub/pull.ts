import type { protos } from '@google-cloud/pubsub';
import { ask, status, statusOf, type Connection } from './client.js';
import { findSubscription } from './subscriptions.js';

export type Received = protos.google.pubsub.v1.IReceivedMessage;
type Answer = protos.google.pubsub.v1.IPullResponse;

/** The service waits so long for a message before it answers. Less costs requests; with more, an empty answer comes later. */
const timeoutMs = 5_000;

/** Up to `maxMessages` of a subscription. The signal cancels the request, so that no message goes to a member that has left. */
export async function pull(
  connection: Connection,
  subscription: string,
  maxMessages: number,
  signal: AbortSignal,
): Promise<readonly Received[]> {
  const { topic } = connection;
  try {
    const call = request(connection, { subscription, maxMessages }, signal);
    return (await ask(`reading ${topic}`, call)).receivedMessages ?? [];
  } catch (error) {
    // A request that times out is how the service says that there is nothing, unless it is unavailable.
    if (statusOf(error) !== status.deadlineExceeded) throw error;
    if (!(await findSubscription(connection, subscription))) throw error;
    return [];
  }
}

/** The client's own `pull` hides the promise that can be cancelled, so this is what it calls, with the header that it adds. */
async function request(
  { subscriber }: Connection,
  question: { readonly subscription: string; readonly maxMessages: number },
  signal: AbortSignal,
): Promise<[Answer]> {
  signal.throwIfAborted();
  const headers = { 'x-goog-request-params': `subscription=${encodeURIComponent(question.subscription)}` };
  const options = { timeout: timeoutMs, retry: null, otherArgs: { headers } };
  const call = subscriber.innerApiCalls.pull?.(question, options) as Promise<[Answer]> & { cancel(): void };
  const cancel = (): void => {
    call.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await call;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
