import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { portOf } from './address.js';
import { stateFileOf } from './layout.js';
import type { ServerName, StackAddress } from './types.js';

const providers = ['external', 'docker', 'java', 'mongod', 'memory-server', 'emulator'] as const;

const serverRecord = z.object({
  provider: z.enum(providers),
  /** `host:port` list or mongodb URL, as clients use it. */
  address: z.string(),
  pid: z.number().optional(),
  dataDir: z.string().optional(),
  logFile: z.string().optional(),
  version: z.string().optional(),
});

/** What must be known next time, even when the server is down. */
const memory = z.object({
  port: z.number().optional(),
  /** Who holds the data; another provider would start empty. */
  provider: z.enum(providers).optional(),
});

const stackState = z.object({
  format: z.literal(1),
  /** Between `up` and `down`. */
  up: z.boolean(),
  kafka: serverRecord.optional(),
  mongodb: serverRecord.optional(),
  remembered: z.object({ kafka: memory, mongodb: memory }),
});

export type ServerRecord = z.infer<typeof serverRecord>;
export type StackState = z.infer<typeof stackState>;

export function emptyState(): StackState {
  return { format: 1, up: false, remembered: { kafka: {}, mongodb: {} } };
}

/** The state as last written; a missing or unreadable file is an empty state, since processes are found by their marks. */
export function readState(file: string): StackState {
  try {
    return stackState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return emptyState();
  }
}

/** Readers see the old state or the new one, never half of it. */
export function writeState(file: string, state: StackState): void {
  const draft = `${file}.${process.pid}`;
  // May hold the credentials of a given store.
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The addresses that a record of the state stands for. */
export function brokersOf(record: ServerRecord): string[] {
  return record.address.split(',');
}

/** True for the address of the server that this home runs or ran last: what `mvs up` printed for the environment. */
export function isOwn({ remembered }: StackState, name: ServerName, address: string): boolean {
  return (
    /^(mongodb:\/\/)?(127\.0\.0\.1|localhost):/.test(address) && portOf(address) === remembered[name].port
  );
}

/**
 * How other commands find the stack that `mvs up` started: reads one small file and asks nobody.
 * A server that has crashed since still counts; clients wait for it as for any other.
 */
export function runningStack(home: string): Partial<StackAddress> {
  const { up, kafka, mongodb } = readState(stateFileOf(home));
  if (!up) return {};
  return {
    ...(kafka ? { brokers: brokersOf(kafka) } : {}),
    ...(mongodb ? { store: mongodb.address } : {}),
  };
}

export const serverNames: readonly ServerName[] = ['kafka', 'mongodb'];
