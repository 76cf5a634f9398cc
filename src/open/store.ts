import type { Log } from '../core/base/log.js';
import type { RecordStore } from '../core/store/port.js';
import { storeOf, type HomeFlags, type StoreFlags, type StoreLayoutFlags } from '../flags/index.js';
import { warnOfOtherStore } from './strangers.js';

/** Opens the database that the flags name. @throws MvsError STORE_UNAVAILABLE, CONFIG */
export async function openStore(
  flags: HomeFlags & StoreFlags & StoreLayoutFlags,
  log: Log,
): Promise<RecordStore> {
  // Loaded on demand: the client is large, and half of the commands need no database.
  const { openMongo } = await import('../core/store/mongo.js');
  const address = storeOf(flags);
  const store = await openMongo(address, flags['store-layout']);
  warnOfOtherStore(flags, address, log);
  return store;
}
