import type { LogEntry } from 'kafkajs';
import type { Log } from '../../base/log.js';
import { canonical } from './reachability.js';

/** Single failures are normal: connections end when brokers restart or leaders move. */
const outageMs = 3_000;
/** kafkajs tries at least once a second; so long without a failure means that it has succeeded. */
const quietMs = 5_000;

/** What kafkajs says for each attempt to connect that fails. */
const failure = /^Connection error|^Connection timeout|^Failed to connect/;
/** What brokers that can be reached answer while others are missing. */
const refusal = /There is no leader for this|fewer in-sync replicas/;

/**
 * Warns once for each outage which brokers cannot be reached, and once more if no broker is left. kafkajs keeps trying, and the
 * pipeline would stand still without a message.
 */
export function outageNotice(log: Log, brokers: readonly string[]): (entry: LogEntry) => void {
  let since = 0;
  let last = 0;
  let said = new Set<string>();
  const failedAt = new Map<string, number>();
  return ({ log: { message, broker, error } }) => {
    const refused = typeof error === 'string' && refusal.test(error);
    if (!refused && !failure.test(message)) return;
    const now = Date.now();
    if (now - last > quietMs) [since, said] = [now, new Set()];
    last = now;
    if (!refused && typeof broker === 'string') failedAt.set(canonical(broker), now);
    if (now - since < outageMs) return;
    const failing = [...failedAt].filter(([, at]) => now - at <= quietMs).map(([address]) => address);
    const isTotal = brokers.every((address) => failing.includes(canonical(address)));
    const kind = refused ? error : isTotal ? 'all' : 'some';
    if (said.has(kind) || said.has('all')) return;
    said.add(kind);
    if (refused) log.warn(`too few brokers are available: ${error}; trying again until it works`);
    else if (isTotal) log.warn(`no broker can be reached: ${message}; trying again until one answers`);
    else log.warn(`brokers cannot be reached: ${failing.join(', ')}; trying again until they answer`);
  };
}
