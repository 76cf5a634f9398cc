import type { Log } from '../core/base/log.js';
import { redact } from '../core/base/redact.js';
import { stoppedPort, type ServerName } from '../core/stack/index.js';
import type { HomeFlags, StoreFlags, TopicFlags } from '../flags/index.js';
import { warnOnce } from './warn-once.js';

/** Warns that a broker of another owner answers at the usual address while that of this home is stopped. */
export function warnOfOtherBroker(
  { home, brokers, stream }: Pick<TopicFlags, 'home' | 'brokers' | 'stream'>,
  address: readonly string[],
  log: Log,
): void {
  if (brokers === undefined && stream === undefined) warnOfOther(home, 'kafka', address.join(','), log);
}

/** Like `warnOfOtherBroker`, for a database: its records are not those of this home. */
export function warnOfOtherStore({ home, store }: HomeFlags & StoreFlags, address: string, log: Log): void {
  if (store === undefined) warnOfOther(home, 'mongodb', redact(address), log);
}

/** Called once the server has answered: otherwise there is none, and the error says so. */
function warnOfOther(home: string, name: ServerName, address: string, log: Log): void {
  const port = stoppedPort(home, name);
  if (port === undefined) return;
  const title = name === 'kafka' ? 'broker' : 'database';
  const own = `the ${title} of "mvs up" (port ${port}) is stopped`;
  warnOnce(log, `using ${address}, which mvs did not start in ${home}: ${own}`);
}
