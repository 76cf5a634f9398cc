import type { Log } from '../core/base/log.js';
import type { RecordStore } from '../core/store/port.js';
import { storeOf, type HomeFlags, type StoreFlags, type StoreLayoutFlags } from '../flags/index.js';
import type { Infer } from '../flags/infer.js';
import type { versionFlags } from '../flags/version.js';
import { warnOfOtherStore } from './strangers.js';

/** Opens the database that the flags name, for the results of its active model version. @throws MvsError STORE_UNAVAILABLE, CONFIG */
export function openStore(flags: HomeFlags & StoreFlags & StoreLayoutFlags, log: Log): Promise<RecordStore> {
  return open(flags, undefined, log);
}

/** Opens the database for the results that the flags name. @throws MvsError NO_SUCH_MODEL, STORE_UNAVAILABLE, CONFIG */
export function openResults(
  flags: HomeFlags & StoreFlags & Infer<typeof versionFlags>,
  log: Log,
): Promise<RecordStore> {
  return open(flags, flags.model, log);
}

async function open(
  flags: HomeFlags & StoreFlags & StoreLayoutFlags,
  model: string | undefined,
  log: Log,
): Promise<RecordStore> {
  // Loaded on demand: the client is large, and half of the commands need no database.
  const { openMongo } = await import('../core/store/mongo.js');
  const address = storeOf(flags);
  const store = await openMongo(address, flags['store-layout'], model);
  warnOfOtherStore(flags, address, log);
  return store;
}
