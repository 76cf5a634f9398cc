import type { Log } from '../core/base/log.js';
import { isOwnAddress, stoppedPort } from '../core/stack/index.js';
import { revealsSecret, type KafkaConfig } from '../core/stream/kafka/index.js';
import { describeOutage, type Servers } from '../core/stream/servers.js';
import { usualBrokerPort } from '../flags/index.js';

interface Flags {
  readonly home: string;
  readonly brokers?: readonly string[] | undefined;
  readonly stream?: unknown;
}

/** Commands open several streams, and what there is to warn of is the same in all. */
const told = new WeakMap<Log, Set<string>>();

/** Says what may surprise about these brokers, once for each log. */
export function warnOfBrokers(
  flags: Flags,
  { brokers, security }: Pick<KafkaConfig, 'brokers' | 'security'>,
  log: Log,
): void {
  if (security && revealsSecret(security)) {
    const what = security.login?.mechanism === 'plain' ? 'password' : 'token';
    const way = 'encrypt the connection with --tls (MVS_TLS=1)';
    warnOnce(log, `the ${what} goes to the broker in clear text; ${way}`);
  }
  const port = stoppedElsewhere(flags);
  if (port === undefined) return;
  const other = `the broker of "mvs up", on port ${port}, is stopped`;
  warnOnce(log, `using ${brokers.join(',')}, which mvs did not start: ${other}`);
}

/** The port of our own broker where it is stopped, and what is on the usual port would be taken for it. */
function stoppedElsewhere({ home, brokers, stream }: Flags): number | undefined {
  if (brokers !== undefined || stream !== undefined) return undefined;
  const port = stoppedPort(home, 'kafka');
  return port === usualBrokerPort ? undefined : port;
}

/** Says which brokers do not answer, once for each log: the others do the work meanwhile. */
export function warnOfOutage(servers: Servers | undefined, log: Log): void {
  const outage = servers && describeOutage(servers);
  if (outage !== undefined) warnOnce(log, outage);
}

/** Whether "mvs up" starts a broker at this address. */
export function isLocal(home: string, brokers: readonly string[]): boolean {
  const [address = ''] = brokers;
  if (brokers.length !== 1) return false;
  return isOwnAddress(home, 'kafka', address) || address === `localhost:${usualBrokerPort}`;
}

function warnOnce(log: Log, message: string): void {
  const before = told.get(log) ?? new Set<string>();
  if (before.has(message)) return;
  told.set(log, before.add(message));
  log.warn(message);
}
