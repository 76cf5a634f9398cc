import type { Log } from './core/log.js';
import { openKafkaAdmin } from './core/stream/kafka/admin.js';
import type { StreamAdmin } from './core/stream/port.js';
import { kafkaConfig, type BrokerFlags } from './open.js';

/** Opens what looks after topics and groups. @throws MvsError BROKER_UNAVAILABLE, CONFIG */
export function openAdmin(flags: BrokerFlags, log: Log): Promise<StreamAdmin> {
  // Each question names its topic.
  return openKafkaAdmin(kafkaConfig({ topic: '', ...flags }, log));
}
