import type { Log } from '../core/base/log.js';
import { isOwnAddress } from '../core/stack/index.js';
import { revealsSecret, type KafkaConfig } from '../core/stream/kafka/index.js';
import { describeOutage, type Servers } from '../core/stream/servers.js';
import { usualBrokerPort } from '../flags/index.js';
import { warnOnce } from './warn-once.js';

/** Warns of a secret that others can read, once per log. */
export function warnOfClearText({ security }: Pick<KafkaConfig, 'security'>, log: Log): void {
  if (!security || !revealsSecret(security)) return;
  const what = security.login?.mechanism === 'plain' ? 'password' : 'token';
  const way = 'encrypt the connection with --tls (MVS_TLS=1)';
  warnOnce(log, `the ${what} is sent to the broker in clear text; ${way}`);
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
