import type { Admin, Kafka, RetryOptions } from 'kafkajs';
import { MvsError } from '../../base/errors.js';
import { createAdmin, findCoordinator, learnBrokers } from './internals/cluster.js';
import { anyMs, reach } from './reachability.js';
import { connect, noAnswer, type Access } from './refusal.js';
import { lookAtCluster, whatIsMissing, type Missing, type Standing } from './standing.js';

export interface Connection {
  readonly admin: Admin;
  /** As it was when the connection was made. */
  readonly standing: Standing;
  /** Why questions about this topic, and this group, are not answered now. */
  readonly missing: (topic: string, group?: string) => Promise<Missing>;
  /** Whether a broker that answers coordinates groups of this name. */
  readonly hasCoordinator: (group: string) => Promise<boolean>;
}

export interface Connecting {
  readonly access: Access;
  /** Whose partitions are looked at; all topics where it is empty. */
  readonly topic: string;
  readonly createClient: (brokers: readonly string[]) => Kafka;
  readonly retry?: RetryOptions;
}

/**
 * Connects, so that brokers that cannot be reached, or refuse, are found out before any work starts. One that answers is enough.
 * @throws MvsError BROKER_UNAVAILABLE, CONFIG
 */
export async function connectTo({ access, topic, createClient, retry }: Connecting): Promise<Connection> {
  const given = await reach(access.brokers, anyMs);
  if (given.answering.length === 0) throw noAnswer(access);
  // kafkajs begins with the first one, and waits for it.
  const { admin, cluster } = createAdmin(createClient([...given.answering, ...given.silent]), retry);
  try {
    const question = { brokers: access.brokers, topic };
    const standing = await connect(admin, access, async () => {
      await learnBrokers(cluster);
      return lookAtCluster(cluster, question, given);
    });
    if (standing.advertisedInVain.length > 0) throw advertisedInVain(given.answering, standing);
    return {
      admin,
      standing,
      missing: (about, group) => whatIsMissing(cluster, { brokers: access.brokers, topic: about }, group),
      hasCoordinator: async (group) => standing.present.has((await findCoordinator(cluster, group)) ?? -1),
    };
  } catch (error) {
    await admin.disconnect().catch(() => undefined);
    throw error;
  }
}

function advertisedInVain(
  answering: readonly string[],
  { advertisedInVain: advertised }: Standing,
): MvsError {
  const [first] = answering;
  const message = `the broker at ${first} advertises ${advertised.join(', ')}, which cannot be reached from here`;
  return new MvsError('BROKER_UNAVAILABLE', message, {
    retriable: true,
    hint: 'Set its advertised.listeners to an address that this machine can reach, or name a listener that is meant for this network in --brokers.',
  });
}
