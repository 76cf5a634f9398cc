import type { BrokersInUse } from '../core/operate/doctor/brokers.js';
import type { Log } from '../core/base/log.js';
import { runningStack } from '../core/stack/index.js';
import { openKafkaAdmin } from '../core/stream/kafka/admin.js';
import type { StreamAdmin } from '../core/stream/admin-port.js';
import type { Servers } from '../core/stream/servers.js';
import { streamOf, type TopicFlags } from '../flags/index.js';
import { warnOfOutage } from './broker-warnings.js';
import { warnOfOtherBroker } from './strangers.js';
import { kafkaConfig } from './stream.js';

type AdminFlags = Omit<TopicFlags, 'topic'>;

/** Opens the port for topics and groups. @throws MvsError BROKER_UNAVAILABLE, CONFIG */
export async function openAdmin(flags: AdminFlags, log: Log): Promise<StreamAdmin> {
  const admin = await openQuietly(flags, log);
  warnOfOutage(admin.servers, log);
  const address = streamOf({ topic: '', ...flags });
  if (address.kind === 'kafka') warnOfOtherBroker(flags, address.brokers, log);
  return admin;
}

/** The brokers that are given, or that "mvs up" has started; undefined if there are none. */
export function brokersInUse(flags: AdminFlags, log: Log): BrokersInUse | undefined {
  const { home, brokers, stream } = flags;
  const addresses = stream?.kind === 'kafka' ? stream.brokers : (brokers ?? runningStack(home).brokers);
  if (addresses === undefined || (stream && stream.kind !== 'kafka')) return undefined;
  const look = async (): Promise<Servers> => {
    await using admin = await openQuietly(flags, log);
    return admin.servers;
  };
  return { address: addresses.join(','), look };
}

function openQuietly(flags: AdminFlags, log: Log): Promise<StreamAdmin> {
  // Each question names its own topic.
  return openKafkaAdmin(kafkaConfig({ topic: '', ...flags }, log));
}
