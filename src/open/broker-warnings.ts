import type { Log } from '../core/base/log.js';
import { isOwnAddress, stoppedPort } from '../core/stack/index.js';
import { revealsSecret, type KafkaConfig } from '../core/stream/kafka/index.js';
import { describeOutage, type Servers } from '../core/stream/servers.js';
import { usualBrokerPort, type TopicFlags } from '../flags/index.js';

type AddressFlags = Pick<TopicFlags, 'home' | 'brokers' | 'stream'>;

/** Commands open several streams, and the warnings are the same for all of them. */
const given = new WeakMap<Log, Set<string>>();

/** Warns of what may be unexpected about these brokers, once per log. */
export function warnOfBrokers(
  flags: AddressFlags,
  { brokers, security }: Pick<KafkaConfig, 'brokers' | 'security'>,
  log: Log,
): void {
  if (security && revealsSecret(security)) {
    const what = security.login?.mechanism === 'plain' ? 'password' : 'token';
    const way = 'encrypt the connection with --tls (MVS_TLS=1)';
    warnOnce(log, `the ${what} is sent to the broker in clear text; ${way}`);
  }
  const port = stoppedElsewhere(flags);
  if (port === undefined) return;
  const other = `the broker of "mvs up" (port ${port}) is stopped`;
  warnOnce(log, `using ${brokers.join(',')}, which mvs did not start: ${other}`);
}

/** The port of our own broker if it is stopped: another broker on the usual port would be taken for it. */
function stoppedElsewhere({ home, brokers, stream }: AddressFlags): number | undefined {
  if (brokers !== undefined || stream !== undefined) return undefined;
  const port = stoppedPort(home, 'kafka');
  return port === usualBrokerPort ? undefined : port;
}

/** Warns of brokers that do not answer, once per log: the others do the work meanwhile. */
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
  const before = given.get(log) ?? new Set<string>();
  if (before.has(message)) return;
  given.set(log, before.add(message));
  log.warn(message);
}
