import type { protos } from '@google-cloud/pubsub';
import type { Log } from '../../base/log.js';

/** A subscription may have been made by somebody else, in another way than ours. */
type Settings = Pick<
  protos.google.pubsub.v1.ISubscription,
  'name' | 'filter' | 'retryPolicy' | 'enableMessageOrdering'
>;

/** Of a retry policy that gives no `maximumBackoff`: google/pubsub/v1/pubsub.proto. */
const defaultBackoffSeconds = 600;

/** For how long at most a message stays away that was given back, or whose deadline is over. */
export function backoffMsOf({ retryPolicy }: Settings): number {
  if (!retryPolicy) return 0;
  return Number(retryPolicy.maximumBackoff?.seconds ?? defaultBackoffSeconds) * 1000;
}

/** @param deadlineMs of the subscription: a longer backoff is what the end of a drained stream waits for */
export function warnOfSettings(settings: Settings, deadlineMs: number, log: Log): void {
  const { name, filter } = settings;
  if (filter) log.warn(`${name ?? ''} has a filter (${filter}): frames that it leaves out never come`);
  const backoffMs = backoffMsOf(settings);
  if (backoffMs > deadlineMs) {
    const waits = `what comes again may be ${backoffMs / 1000} s late, and --until-drained waits for it`;
    log.warn(`${name ?? ''} has a retry policy: ${waits}`);
  }
}

/** Warns once, of the first message that has a place in an order that the subscription does not keep. */
export function orderWatch(
  { name, enableMessageOrdering }: Settings,
  log: Log,
): (orderingKey: string | null | undefined) => void {
  let quiet = enableMessageOrdering === true;
  return (orderingKey) => {
    if (quiet || !orderingKey) return;
    quiet = true;
    log.warn(`${name ?? ''} keeps no order, though messages have one: it was made without message ordering`);
  };
}
