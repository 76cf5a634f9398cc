import { up, type RunningStack, type StackOptions } from '../core/stack/index.js';
import {
  securityOf,
  stackOptions,
  type SecurityFlags,
  type StackFlags,
  type StoreFlags,
  type TopicFlags,
} from '../flags/index.js';

type ServerFlags = StackFlags & SecurityFlags & StoreFlags & Pick<TopicFlags, 'brokers' | 'stream'>;

/** Starts the local servers that are not running, or finds those that the flags name. */
export function startStack(
  flags: ServerFlags,
  context: Pick<StackOptions, 'log' | 'signal' | 'onStep'>,
): Promise<RunningStack> {
  const { brokers, stream, store } = flags;
  return up({
    ...context,
    ...stackOptions(flags),
    brokers: stream?.kind === 'kafka' ? stream.brokers : brokers,
    withoutKafka: stream !== undefined && stream.kind !== 'kafka',
    store,
    security: securityOf(flags),
  });
}
