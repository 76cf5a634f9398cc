import type { RecordStore } from '../core/store/port.js';
import { storeOf, type HomeFlags, type StoreFlags, type StoreLayoutFlags } from '../flags/index.js';

/** Opens the database that the flags name. @throws MvsError STORE_UNAVAILABLE, CONFIG */
export async function openStore(flags: HomeFlags & StoreFlags & StoreLayoutFlags): Promise<RecordStore> {
  // Loaded on demand: the client is large, and half of the commands need no database.
  const { openMongo } = await import('../core/store/mongo.js');
  return openMongo(storeOf(flags), flags['store-layout']);
}
