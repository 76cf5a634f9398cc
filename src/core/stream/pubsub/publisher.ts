import { unlessAborted } from '../../base/abort.js';
import { MvsError } from '../../base/errors.js';
import { weightOf } from '../message.js';
import { untilItWorks } from '../../base/retry.js';
import { oneAtATime } from '../one-at-a-time.js';
import type { OutgoingMessage, Publisher } from '../port.js';
import { inRequests } from '../requests.js';
import { ask, type Connection } from './client.js';
import { sizeOf, toPubSub, type PubSubMessage } from './message.js';
import { topicPath } from './names.js';
import { ensureAnySubscription } from './subscriptions.js';

/** The service takes 10 MB and 1000 messages in a request: https://cloud.google.com/pubsub/quotas#resource_limits */
const requestLimits = { bytes: 4_000_000, bytesOf: sizeOf, items: 1000 };
/** A frame may have so many bytes less than a request, so that it fits with the reason and origin of a dead letter too. */
export const maxBytes = { frame: 9_900_000, deadLetter: 9_990_000 };
const sendOptions = { timeout: 60_000, retry: null };

export interface PublisherOptions {
  readonly maxBytes: number;
  /** Interrupts a publish that waits for the service. */
  readonly signal: AbortSignal;
}

/**
 * One request is under way at any time, so that a lane keeps its order. A request whose answer is lost is sent again, and its
 * messages are then in the topic twice: consumers find that the second ones are stored already.
 */
export async function openPublisher(connection: Connection, options: PublisherOptions): Promise<Publisher> {
  const { publisher, topic, log } = connection;
  const { signal } = options;
  const patiently = <T>(work: () => Promise<T>): Promise<T> =>
    unlessAborted(untilItWorks(work, { signal, log }), signal);
  await patiently(() => ensureAnySubscription(connection));
  return {
    publish: oneAtATime(async (messages) => {
      const all = messages.map((message) => checked(message, topic, options.maxBytes));
      for (const some of inRequests(all, requestLimits)) {
        let left = some;
        await patiently(async () => {
          const request = { topic: topicPath(connection), messages: [...left] };
          const answer = ask(`publishing to ${topic}`, publisher.publish(request, sendOptions));
          left = notTaken(left, (await answer).messageIds ?? []);
          if (left.length > 0) throw tookSome(topic);
        });
      }
    }),
    confirm: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * A message is safe when the service has given it an id; ids come in the order of the messages. What follows the first message
 * without one is sent again too, so that the order of a key stays.
 */
function notTaken(sent: readonly PubSubMessage[], ids: readonly string[]): readonly PubSubMessage[] {
  const first = sent.findIndex((_, n) => !ids[n]);
  return first < 0 ? [] : sent.slice(first);
}

function tookSome(topic: string): MvsError {
  const message = `publishing to ${topic}: the answer does not confirm every message`;
  return new MvsError('BROKER_UNAVAILABLE', message, { retriable: true });
}

/** @throws MvsError USAGE for a message that Pub/Sub would refuse */
function checked(message: OutgoingMessage, topic: string, limit: number): PubSubMessage {
  const packed = toPubSub(message);
  if (sizeOf(packed) <= limit) return packed;
  throw new MvsError('USAGE', `a frame of ${weightOf(message)} bytes is larger than Pub/Sub allows`, {
    hint: `Publish smaller frames with --width or --quality: ${topic} accepts ${limit / 1e6} MB, including headers.`,
  });
}
