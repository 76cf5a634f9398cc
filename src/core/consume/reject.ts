import { MvsError } from '../base/errors.js';
import type { FrameId } from '../frames/frame.js';
import { groupBy } from '../base/group-by.js';
import type { Log } from '../base/log.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';
import type { RecordStore } from '../store/port.js';
import type { Origin } from '../frames/origin.js';
import type { Delivery, FrameStream } from '../stream/port.js';

/**
 * What happens to a message that cannot be processed: `dlq` keeps it as a dead letter, `skip` only logs it, `stop`
 * ends the consumer and does not settle it. The other messages of its batch are stored in any case.
 */
export const badFramePolicies = ['dlq', 'skip', 'stop'] as const;
export type BadFramePolicy = (typeof badFramePolicies)[number];

/** A message that no consumer can process. */
export interface BadMessage {
  readonly delivery: Delivery;
  readonly reason: string;
  /** The frame that the results of a network will lack, if the message could be read. */
  readonly missing?: FrameId & { readonly from: Pick<RecordStore, 'noteDeadLetters'> };
  /** The message is good, but one of several networks did not work: it becomes a dead letter whatever the policy for bad messages is. */
  readonly outage?: boolean;
}

interface RejectContext extends RetryOptions {
  readonly stream: FrameStream;
  readonly onBadFrame: BadFramePolicy;
  readonly group: string;
}

/** Resolves when the messages may be settled. @throws MvsError BAD_MESSAGE under `stop`. */
export async function reject(bad: readonly BadMessage[], context: RejectContext): Promise<void> {
  const outages = bad.filter(({ outage }) => outage === true);
  if (outages.length > 0) {
    warnRarely(context.log, outages.length, `${outages.length} frames: ${outages[0]?.reason ?? ''}`);
    await deadLetter(outages, context);
  }
  await rejectBad(
    bad.filter(({ outage }) => outage !== true),
    context,
  );
}

async function rejectBad(bad: readonly BadMessage[], context: RejectContext): Promise<void> {
  const { stream, onBadFrame, log } = context;
  const [first] = bad;
  if (!first) return;
  const place = placeOf(first.delivery.origin);
  if (onBadFrame === 'stop') {
    throw new MvsError('BAD_MESSAGE', `${place}: ${first.reason}`, {
      hint: 'It was not settled and will be delivered again. To continue, use --on-bad-frame dlq or skip.',
    });
  }
  const what = bad.length === 1 ? `${place} is` : `${bad.length} messages are`;
  const done = onBadFrame === 'dlq' ? `moved to ${stream.deadLetterTopic}` : 'skipped';
  warnRarely(
    log,
    bad.length,
    `${what} ${done}: ${bad.length === 1 ? '' : `the first, ${place}: `}${first.reason}`,
  );
  if (onBadFrame === 'dlq') await deadLetter(bad, context);
}

async function deadLetter(bad: readonly BadMessage[], context: RejectContext): Promise<void> {
  const { stream, group, signal } = context;
  // Several networks may refuse a frame.
  const letters = Array.from(
    groupBy(bad, ({ delivery }) => delivery),
    ([delivery, reasons]) => {
      const { message, origin, publishedAt } = delivery;
      const reason = [...new Set(reasons.map((each) => each.reason))].join('; ');
      return { message, origin, reason, note: { group, publishedAt: publishedAt.getTime() } };
    },
  );
  await untilItWorks(() => stream.deadLetter(letters, signal), context);
  const missing = bad.flatMap(({ missing: frame, ...rest }) => (frame ? [{ frame, ...rest }] : []));
  for (const [store, some] of groupBy(missing, ({ frame }) => frame.from)) {
    const frames = some.map(({ frame: { video, frame }, reason, delivery: { origin } }) => {
      return { video, frame, reason, origin, at: new Date() };
    });
    await untilItWorks(() => store.noteDeadLetters(frames), context);
  }
}

/** The time of the last warning in each log, and the number of messages since then. */
const warned = new WeakMap<Log, { readonly at: number; readonly unreported: number }>();
const quietMs = 10_000;

/** A topic full of bad messages must not flood the log. Each is in the debug log, and all are in the totals. */
function warnRarely(log: Log, count: number, message: string): void {
  const { at, unreported } = warned.get(log) ?? { at: -Infinity, unreported: 0 };
  const now = performance.now();
  if (now - at < quietMs) {
    log.debug(message);
    warned.set(log, { at, unreported: unreported + count });
    return;
  }
  log.warn(unreported === 0 ? message : `${message} (and ${unreported} messages before it)`);
  warned.set(log, { at: now, unreported: 0 });
}

function placeOf({ topic, partition, offset }: Origin): string {
  return `${topic} partition ${partition} offset ${offset}`;
}
