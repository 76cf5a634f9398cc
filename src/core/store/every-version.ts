import type { RecordStore } from './port.js';

/** The store once for the results of each model version; as it is while the database has no version. */
export async function everyVersion(store: RecordStore): Promise<readonly RecordStore[]> {
  const versions = await store.versions();
  return versions.length === 0 ? [store] : versions.map((version) => store.of(version));
}
