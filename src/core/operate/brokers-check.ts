import { ok, warning, type Check } from '../base/check.js';
import { describeOutage, type Servers } from '../stream/servers.js';

/** One broker that answers is enough. Requests that need the others report it themselves. */
export function brokersCheck(name: string, servers: Servers | undefined, address: string): Check {
  const outage = servers && describeOutage(servers);
  if (outage === undefined) return ok(name, `answers at ${address}`);
  return warning(
    name,
    outage,
    'Start them, or correct the addresses in --brokers (MVS_BROKERS) or --stream (MVS_STREAM).',
  );
}
