import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { portOf } from './address.js';
import { stateFileOf } from './layout.js';
import type { ServerName, StackAddress } from './types.js';

const providers = ['external', 'docker', 'java', 'mongod', 'memory-server', 'emulator'] as const;

const serverRecord = v.object({
  provider: v.picklist(providers),
  /** A list of `host:port` or a mongodb URL, as clients use it. */
  address: v.string(),
  pid: v.optional(v.number()),
  dataDir: v.optional(v.string()),
  logFile: v.optional(v.string()),
  version: v.optional(v.string()),
});

/** What must be remembered for the next start. */
const memory = v.object({
  port: v.optional(v.number()),
  /** The provider that holds the data. Another one would start empty. */
  provider: v.optional(v.picklist(providers)),
});

const stackState = v.object({
  format: v.literal(1),
  /** True between `up` and `down`. */
  up: v.boolean(),
  kafka: v.optional(serverRecord),
  mongodb: v.optional(serverRecord),
  remembered: v.object({ kafka: memory, mongodb: memory }),
});

export type ServerRecord = v.InferOutput<typeof serverRecord>;
export type StackState = v.InferOutput<typeof stackState>;

export function emptyState(): StackState {
  return { format: 1, up: false, remembered: { kafka: {}, mongodb: {} } };
}

/** The state as last written. A missing or unreadable file gives an empty state, because processes are found by their arguments. */
export function readState(file: string): StackState {
  try {
    return v.parse(stackState, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return emptyState();
  }
}

/** Writes atomically: readers see the old state or the new one. */
export function writeState(file: string, state: StackState): void {
  const draft = `${file}.${process.pid}`;
  // It may contain the credentials of a given store.
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

/** The broker addresses in a record of the state. */
export function brokersOf(record: ServerRecord): string[] {
  return record.address.split(',');
}

/** True for the address of the server that this home runs or ran last, which `mvs up` printed. */
export function isOwn({ remembered }: StackState, name: ServerName, address: string): boolean {
  return (
    /^(mongodb:\/\/)?(127\.0\.0\.1|localhost):/.test(address) && portOf(address) === remembered[name].port
  );
}

/** Like `isOwn`, with the state of this home. */
export function isOwnAddress(home: string, name: ServerName, address: string): boolean {
  return isOwn(readState(stateFileOf(home)), name, address);
}

/** True if `mvs down` stops this server. */
export function isOwnServer({ provider }: Pick<ServerRecord, 'provider'>): boolean {
  return provider !== 'external';
}

/**
 * How other commands find the stack that `mvs up` started. Reads one small file and sends no requests. A server that has crashed
 * since then is included, and clients wait for it as for any other.
 */
export function runningStack(home: string): Partial<StackAddress> {
  const { up, kafka, mongodb } = readState(stateFileOf(home));
  if (!up) return {};
  return {
    ...(kafka ? { brokers: brokersOf(kafka) } : {}),
    ...(mongodb ? { store: mongodb.address } : {}),
  };
}

/** The port of a local server that was stopped by `down`, or left out by an `up` for other servers. */
export function stoppedPort(home: string, name: ServerName): number | undefined {
  const { up, remembered, ...servers } = readState(stateFileOf(home));
  return up && servers[name] ? undefined : remembered[name].port;
}

/** Where `up` starts a server, unless it is asked for another port. */
export function rememberedPort(home: string, name: ServerName): number | undefined {
  return readState(stateFileOf(home)).remembered[name].port;
}

export const serverNames: readonly ServerName[] = ['kafka', 'mongodb'];
