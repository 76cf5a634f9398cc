import { warnOfOutage } from './broker-warnings.js';
import type { BrokersInUse } from '../core/operate/doctor/brokers.js';
import type { Log } from '../core/base/log.js';
import { runningStack } from '../core/stack/index.js';
import { openKafkaAdmin } from '../core/stream/kafka/admin.js';
import type { StreamAdmin } from '../core/stream/admin-port.js';
import type { Servers } from '../core/stream/servers.js';
import { kafkaConfig, type BrokerFlags } from './open.js';

/** Opens what looks after topics and groups. @throws MvsError BROKER_UNAVAILABLE, CONFIG */
export async function openAdmin(flags: BrokerFlags, log: Log): Promise<StreamAdmin> {
  const admin = await openQuietly(flags, log);
  warnOfOutage(admin.servers, log);
  return admin;
}

/** The brokers that are given, or that "mvs up" has started; undefined where there are none. */
export function brokersInUse(flags: BrokerFlags, log: Log): BrokersInUse | undefined {
  const { home, brokers, stream } = flags;
  const addresses = stream?.kind === 'kafka' ? stream.brokers : (brokers ?? runningStack(home).brokers);
  if (addresses === undefined || (stream && stream.kind !== 'kafka')) return undefined;
  const look = async (): Promise<Servers> => {
    await using admin = await openQuietly(flags, log);
    return admin.servers;
  };
  return { address: addresses.join(','), look };
}

function openQuietly(flags: BrokerFlags, log: Log): Promise<StreamAdmin> {
  // Each question names its topic.
  return openKafkaAdmin(kafkaConfig({ topic: '', ...flags }, log));
}
