import { withoutCredentials } from './address.js';
import { kafkaKind, mongoKind } from './kinds.js';
import { layoutOf, stateFileOf } from './layout.js';
import { findProcess } from './processes.js';
import type { ServerKind } from './site.js';
import { readState, type ServerRecord } from './state.js';
import type { ServerName, ServerStatus } from './types.js';

/** What `up` started or found, and how it does now. Empty before the first `up`. */
export async function status(home: string): Promise<ServerStatus[]> {
  const state = readState(stateFileOf(home));
  const found: ServerStatus[] = [];
  for (const kind of [kafkaKind('auto'), mongoKind('auto')]) {
    const record = state[kind.name];
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
  return { name, ...record, address: withoutCredentials(record.address), running };
}
