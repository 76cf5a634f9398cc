import { openMongo } from '../core/store/mongo.js';
import type { RecordStore } from '../core/store/port.js';
import { storeOf, type HomeFlags, type StoreFlags, type StoreLayoutFlags } from '../flags/index.js';

/** Opens the database that the flags name. @throws MvsError STORE_UNAVAILABLE, CONFIG */
export function openStore(flags: HomeFlags & StoreFlags & StoreLayoutFlags): Promise<RecordStore> {
  return openMongo(storeOf(flags), flags['store-layout']);
}
