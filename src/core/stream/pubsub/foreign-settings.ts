import type { protos } from '@google-cloud/pubsub';
import type { Log } from '../../base/log.js';

/** A subscription may not have been created by mvs, and have other settings. */
type Settings = Pick<
  protos.google.pubsub.v1.ISubscription,
  'name' | 'filter' | 'retryPolicy' | 'enableMessageOrdering'
>;

/** What a retry policy without `maximumBackoff` means: google/pubsub/v1/pubsub.proto. */
const defaultBackoffSeconds = 600;

/** How late at most a message is delivered again that was given back, or whose deadline is over. */
export function backoffMsOf({ retryPolicy }: Settings): number {
  if (!retryPolicy) return 0;
  return Number(retryPolicy.maximumBackoff?.seconds ?? defaultBackoffSeconds) * 1000;
}

/** @param deadlineMs of the subscription: a longer backoff is what the end of a drained stream waits for */
export function warnOfSettings(settings: Settings, deadlineMs: number, log: Log): void {
  const { name, filter } = settings;
  if (filter) log.warn(`${name ?? ''} has a filter (${filter}): frames that do not match are lost`);
  const backoffMs = backoffMsOf(settings);
  if (backoffMs > deadlineMs) {
    const waits = `messages that are delivered again may be ${backoffMs / 1000} s late, and --until-drained waits for them`;
    log.warn(`${name ?? ''} has a retry policy: ${waits}`);
  }
}

/** Warns once, at the first message with an ordering key, if the subscription keeps no order. */
export function orderWatch(
  { name, enableMessageOrdering }: Settings,
  log: Log,
): (orderingKey: string | null | undefined) => void {
  let quiet = enableMessageOrdering === true;
  return (orderingKey) => {
    if (quiet || !orderingKey) return;
    quiet = true;
    log.warn(`${name ?? ''} was created without message ordering, but messages have ordering keys`);
  };
}
