import { atMost, unlessAborted } from '../../base/abort.js';
import { untilItWorks } from '../../base/retry.js';
import { closeGraceMs } from '../closing.js';
import type { Browsed } from '../port.js';
import type { Connection } from './client.js';
import { HeldMessages } from './held-messages.js';
import { subscriptionPath } from './names.js';
import { pull, type Received } from './pull.js';
import { toPublished } from './received.js';
import { ackDeadline, findSubscription } from './subscriptions.js';
import { getTopic } from './topics.js';

/** A consumer holds as many of the largest messages. */
const maxMessages = 64;
/** Our clock against the one that stamps messages. */
const clockMs = 2_000;

/**
 * What waits in the subscription of a group. Each message that was shown is kept from all others, also from this reader,
 * until the end, and is then given back at once; by their ids, not in memory. A subscription with a dead-letter policy of the
 * service counts that as a delivery.
 */
export async function* browse(
  connection: Connection,
  group: string,
  signal: AbortSignal,
): AsyncGenerator<Browsed> {
  const { topic, log } = connection;
  const end = Date.now() + clockMs;
  const path = subscriptionPath(connection, group);
  if (!(await findSubscription(connection, path))) {
    await getTopic(connection);
    log.warn(`${topic} has no subscription for group ${group} (${path}), so it keeps no messages for it`);
    return;
  }
  await using held = new HeldMessages(connection, path, ackDeadline.min);
  const hold = async (): Promise<readonly Received[]> => {
    const received = await pull(connection, path, maxMessages, signal);
    for (const { ackId } of received) held.add(ackId ?? '');
    return received;
  };
  const shown = new Set<string>();
  let holding: Promise<unknown> = Promise.resolve();
  try {
    for (;;) {
      const pulling = untilItWorks(hold, { signal, log });
      holding = pulling;
      const fresh = (await unlessAborted(pulling, signal))
        .map((received) => toPublished(received, topic))
        .filter(({ origin, publishedAt }) => !shown.has(origin.offset) && publishedAt.getTime() <= end);
      if (fresh.length === 0) return;
      for (const found of fresh) {
        shown.add(found.origin.offset);
        yield { ...found, isSettled: false };
      }
    }
  } finally {
    // Messages of a request that is under way have to be given back too.
    await atMost(
      closeGraceMs,
      holding.catch(() => undefined),
    );
  }
}
