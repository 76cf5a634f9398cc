import type { KafkaSecurity } from '../stream/kafka/security.js';
import { redact } from '../redact.js';
import { kafkaKind, mongoKind } from './kinds.js';
import { layoutOf, stateFileOf } from './layout.js';
import { findProcess } from './processes.js';
import type { ServerKind } from './site.js';
import { isOwn, readState, type ServerRecord } from './state.js';
import type { ServerName, ServerStatus } from './types.js';

/** Addresses given by flag or environment: they come before the local stack. */
export interface GivenAddresses {
  readonly brokers?: readonly string[] | undefined;
  /** How to connect to these brokers. */
  readonly security?: KafkaSecurity | undefined;
  readonly store?: string | undefined;
}

/** The servers in use, given or local, and how they do now. Empty where none was given and none started. */
export async function status(home: string, given: GivenAddresses = {}): Promise<ServerStatus[]> {
  const state = readState(stateFileOf(home));
  const addresses = { kafka: given.brokers?.join(','), mongodb: given.store };
  const found: ServerStatus[] = [];
  for (const kind of [kafkaKind('auto', given.brokers && given.security), mongoKind('auto')]) {
    const address = addresses[kind.name];
    const record =
      address === undefined || isOwn(state, kind.name, address)
        ? state[kind.name]
        : ({ provider: 'external', address } satisfies ServerRecord);
    if (record) found.push(await statusNow(home, kind, record));
  }
  return found;
}

async function statusNow(home: string, kind: ServerKind, record: ServerRecord): Promise<ServerStatus> {
  if (record.provider === 'external' || record.provider === 'docker') {
    const running = await kind.answers(record.address).then(
      () => true,
      () => false,
    );
    return statusOf(kind.name, record, running);
  }
  const pid = await findProcess(kind.marks(layoutOf(home)), record.pid);
  return statusOf(kind.name, { ...record, pid }, pid !== undefined);
}

export function statusOf(name: ServerName, record: ServerRecord, running: boolean): ServerStatus {
  return { name, ...record, address: redact(record.address), running };
}
