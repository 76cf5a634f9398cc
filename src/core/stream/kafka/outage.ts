import type { LogEntry } from 'kafkajs';
import type { Log } from '../../log.js';

/** Single failures are everyday: connections end when brokers restart or leaders move. */
const outageMs = 3_000;
/** kafkajs tries at least once a second; so long without a failure means that it is through. */
const quietMs = 5_000;

/** What kafkajs says for each attempt to connect that fails. */
const failure = /^Connection error|^Connection timeout|^Failed to connect/;

/**
 * Says once for each outage that brokers cannot be reached: kafkajs just goes on trying, and so the pipeline would stand still
 * without a word.
 */
export function outageNotice(log: Log): (entry: LogEntry) => void {
  let since = 0;
  let last = 0;
  let told = false;
  return ({ log: { message } }) => {
    if (!failure.test(message)) return;
    const now = Date.now();
    if (now - last > quietMs) [since, told] = [now, false];
    last = now;
    if (told || now - since < outageMs) return;
    told = true;
    log.warn(`no broker can be reached: ${message}; trying again until one answers`);
  };
}
