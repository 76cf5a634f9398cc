import type { protos } from '@google-cloud/pubsub';
import type { Connection } from './client.js';

type Answer = protos.google.pubsub.v1.IPullResponse;

export interface PullRequest {
  readonly subscription: string;
  readonly maxMessages: number;
}

/** The service waits so long for a message before it answers; shorter ones cost requests, longer ones tell less. */
const timeoutMs = 5_000;

/**
 * Asks once for messages; the signal cancels the request, so that nothing is given to somebody who has left.
 * The client's own `pull` hides the promise that can be cancelled, so this is what it calls, with the header that it adds.
 */
export async function pull(
  { subscriber }: Connection,
  request: PullRequest,
  signal: AbortSignal,
): Promise<[Answer]> {
  signal.throwIfAborted();
  const headers = { 'x-goog-request-params': `subscription=${encodeURIComponent(request.subscription)}` };
  const options = { timeout: timeoutMs, retry: null, otherArgs: { headers } };
  const call = subscriber.innerApiCalls.pull?.(request, options) as Promise<[Answer]> & { cancel(): void };
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
