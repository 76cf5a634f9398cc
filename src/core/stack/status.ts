import { answerOf } from '../base/check.js';
import type { KafkaSecurity } from '../stream/kafka/security.js';
import { redact } from '../base/redact.js';
import { kafkaKind, mongoKind } from './kinds.js';
import { layoutOf, stateFileOf } from './layout.js';
import { findProcess } from './processes.js';
import type { ServerKind } from './site.js';
import { isOwn, readState, type ServerRecord } from './state.js';
import type { ServerName, ServerStatus } from './types.js';

/** The time limit for a server that hangs. */
const answerMs = 4_000;

/** Addresses given by flag or environment, which override the local stack. */
export interface GivenAddresses {
  readonly brokers?: readonly string[] | undefined;
  /** How to connect to these brokers. */
  readonly security?: KafkaSecurity | undefined;
  readonly store?: string | undefined;
}

/** The servers in use, given or local, and their current state. Empty if none was given and none was started. */
export async function status(home: string, given: GivenAddresses = {}): Promise<ServerStatus[]> {
  const state = readState(stateFileOf(home));
  const addresses = { kafka: given.brokers?.join(','), mongodb: given.store };
  const kinds = [kafkaKind('auto', given.brokers && given.security), mongoKind('auto')];
  const found = kinds.flatMap((kind) => {
    const address = addresses[kind.name];
    const record =
      address === undefined || isOwn(state, kind.name, address)
        ? state[kind.name]
        : ({ provider: 'external', address } satisfies ServerRecord);
    return record ? [statusNow(home, kind, record)] : [];
  });
  return Promise.all(found);
}

async function statusNow(home: string, kind: ServerKind, record: ServerRecord): Promise<ServerStatus> {
  if (record.provider === 'external' || record.provider === 'docker') {
    return statusOf(kind.name, record, 'value' in (await answerOf(answerMs, kind.answers(record.address))));
  }
  const pid = await findProcess(kind.marks(layoutOf(home)), record.pid);
  return statusOf(kind.name, { ...record, pid }, pid !== undefined);
}

export function statusOf(name: ServerName, record: ServerRecord, running: boolean): ServerStatus {
  return { name, ...record, address: redact(record.address), running };
}
