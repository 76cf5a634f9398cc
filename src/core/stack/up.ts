import { isDiskFull, MvsError } from '../base/errors.js';
import { redact } from '../base/redact.js';
import { bringUp } from './bring-up.js';
import { kafkaKind, mongoKind } from './kinds.js';
import { withLock } from './lock.js';
import { openSite, type ServerKind, type Site } from './site.js';
import { brokersOf, isOwn, type ServerRecord } from './state.js';
import { trimLogs } from './logs.js';
import { statusOf } from './status.js';
import type { RunningStack, StackOptions } from './types.js';

/**
 * Ensures that a broker and a database run and can be used. May be called at any time, also by several processes at once.
 * @throws MvsError BROKER_UNAVAILABLE or STORE_UNAVAILABLE if a given address does not answer; CONFIG if it refuses the
 *   connection; DISK_FULL; STACK_UNAVAILABLE, with what to do, if a server cannot be started; INTERRUPTED.
 */
export async function up(options: StackOptions): Promise<RunningStack> {
  const { lockFile } = openSite(options).layout;
  const onWait = (pid: number) => options.onStep?.(`Waiting for another mvs (pid ${pid})`);
  try {
    return await withLock(lockFile, { signal: options.signal, onWait }, () =>
      upAlone(openSite(options), options),
    );
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    throw new MvsError('DISK_FULL', `there is no space left for the local stack in ${options.home}`, {
      cause: error,
      hint: 'Free space there, then run "mvs up" again. No confirmed data is lost.',
    });
  }
}

async function upAlone(site: Site, options: StackOptions): Promise<RunningStack> {
  trimLogs(site.layout);
  const kafka = kafkaKind(options.kafka ?? 'auto', options.brokers && options.security);
  const mongodb = mongoKind(options.mongo ?? 'auto');
  const outcomes = await Promise.allSettled([
    options.withoutKafka
      ? undefined
      : bringUpOrFind(site, kafka, options.kafkaPort, options.brokers?.join(',')),
    bringUpOrFind(site, mongodb, options.mongoPort, options.store),
  ]);
  const [broker, database] = outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  }) as [ServerRecord | undefined, ServerRecord];
  site.state.up = true;
  site.save();
  const servers = [...(broker ? [statusOf('kafka', broker, true)] : []), statusOf('mongodb', database, true)];
  return { brokers: broker ? brokersOf(broker) : [], store: options.store ?? database.address, servers };
}

async function bringUpOrFind(
  site: Site,
  kind: ServerKind,
  port: number | undefined,
  address: string | undefined,
): Promise<ServerRecord> {
  // An exported address that `up` printed still means the local server.
  const local = address === undefined || isOwn(site.state, kind.name, address);
  return local ? bringUp(site, kind, port) : given(kind, address);
}

/**
 * A given address is never silently replaced by a local server. It is not recorded, so that a local server that also runs
 * stays known.
 */
async function given(kind: ServerKind, address: string): Promise<ServerRecord> {
  try {
    return { provider: 'external', address, version: await kind.answers(address) };
  } catch (cause) {
    if (cause instanceof MvsError && cause.code === 'CONFIG') throw cause;
    const code = kind.name === 'kafka' ? 'BROKER_UNAVAILABLE' : 'STORE_UNAVAILABLE';
    throw new MvsError(code, `no ${kind.title} answers at ${redact(address)}`, {
      hint: `Start it, or omit ${kind.name === 'kafka' ? '--brokers and MVS_BROKERS' : '--store and MVS_STORE'} to use a local one.`,
      cause,
    });
  }
}
