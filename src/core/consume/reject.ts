import { MvsError } from '../base/errors.js';
import type { FrameId } from '../frames/frame.js';
import type { Log } from '../base/log.js';
import { untilItWorks, type RetryOptions } from '../base/retry.js';
import type { RecordStore } from '../store/port.js';
import type { Origin } from '../frames/origin.js';
import type { Delivery, FrameStream } from '../stream/port.js';

/**
 * What becomes of a message that cannot be processed: `dlq` keeps it among the dead letters, `skip` only says so, `stop`
 * ends the consumer before it. The others of its batch are stored in any case.
 */
export const badFramePolicies = ['dlq', 'skip', 'stop'] as const;
export type BadFramePolicy = (typeof badFramePolicies)[number];

/** A message that cannot be processed, whoever tries. */
export interface BadMessage {
  readonly delivery: Delivery;
  readonly reason: string;
  /** Where the message is a frame of a video that is known: what that video will lack. */
  readonly frame?: FrameId;
}

interface RejectContext extends RetryOptions {
  readonly stream: FrameStream;
  readonly store: RecordStore;
  readonly onBadFrame: BadFramePolicy;
}

/** Resolves when the messages may be settled. @throws MvsError BAD_MESSAGE under `stop`. */
export async function reject(bad: readonly BadMessage[], context: RejectContext): Promise<void> {
  const { stream, store, onBadFrame, signal, log } = context;
  const [first] = bad;
  if (!first) return;
  const place = placeOf(first.delivery.origin);
  if (onBadFrame === 'stop') {
    throw new MvsError('BAD_MESSAGE', `${place}: ${first.reason}`, {
      hint: 'It was not settled and comes again: go on with --on-bad-frame dlq or skip.',
    });
  }
  const what = bad.length === 1 ? `${place} is` : `${bad.length} messages are`;
  const done = onBadFrame === 'dlq' ? `moved to ${stream.deadLetterTopic}` : 'skipped';
  warnNowAndThen(
    log,
    bad.length,
    `${what} ${done}: ${bad.length === 1 ? '' : `the first, ${place}: `}${first.reason}`,
  );
  if (onBadFrame === 'skip') return;
  const letters = bad.map(({ delivery: { message, origin }, reason }) => ({ message, origin, reason }));
  await untilItWorks(() => stream.deadLetter(letters, signal), context);
  const frames = bad.flatMap(({ frame, reason, delivery }) =>
    frame ? [{ ...frame, reason, origin: delivery.origin, at: new Date() }] : [],
  );
  if (frames.length > 0) await untilItWorks(() => store.noteDeadLetters(frames), context);
}

/** When each log was last warned, and of how many messages it has not been since. */
const warned = new WeakMap<Log, { readonly at: number; readonly untold: number }>();
const quietMs = 10_000;

/** A topic full of bad messages must not bury everything else. Each one is in the debug log, and all are in the totals. */
function warnNowAndThen(log: Log, count: number, message: string): void {
  const { at, untold } = warned.get(log) ?? { at: -Infinity, untold: 0 };
  const now = performance.now();
  if (now - at < quietMs) {
    log.debug(message);
    warned.set(log, { at, untold: untold + count });
    return;
  }
  log.warn(untold === 0 ? message : `${message} (and ${untold} messages before it)`);
  warned.set(log, { at: now, untold: 0 });
}

function placeOf({ topic, partition, offset }: Origin): string {
  return `${topic} partition ${partition} offset ${offset}`;
}
