import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { knownModels } from '../core/models/known.js';
import { shelfOf } from '../core/models/shelf.js';
import { versionId } from '../core/frames/model-version.js';
import type { HomeFlags, StoreFlags, TopicFlags } from '../flags/index.js';
import { openStore } from './store.js';

type NameFlags = TopicFlags & StoreFlags & HomeFlags & { readonly cache?: string | undefined };

/** The names that a flag or an argument can have. @throws MvsError if the server is unavailable */
export async function openNames(
  kind: 'videos' | 'labels' | 'topics' | 'models' | 'versions',
  flags: NameFlags,
  log: Log,
): Promise<readonly string[]> {
  switch (kind) {
    case 'videos': {
      await using store = await openStore(flags, log);
      return (await store.videos()).map(({ video }) => video);
    }
    case 'labels':
      return labelNames(flags, log);
    case 'topics': {
      // Loaded on demand: a shell waits for the answer.
      const { openAdmin } = await import('./admin.js');
      await using admin = await openAdmin(flags, log);
      return (await admin.topicNames()).filter((name) => !name.startsWith('__')).sort();
    }
    case 'versions': {
      await using store = await openStore(flags, log);
      return (await store.versions()).map(versionId);
    }
    case 'models':
      return knownModels(shelfOf(flags));
  }
}

/** The names of concepts and classes; those of ImageNet if the database is unavailable. */
async function labelNames(flags: NameFlags, log: Log): Promise<readonly string[]> {
  const { imageNetHierarchy, openHierarchy } = await import('./hierarchy.js');
  try {
    await using store = await openStore(flags, log);
    const hierarchy = await openHierarchy(store, flags, log);
    if (hierarchy) return [...new Set([...hierarchy.concepts].flatMap(({ names }) => names))].sort();
    const labels = await Promise.all((await store.videos()).map(({ video }) => store.labels(video)));
    return [...new Set(labels.flat())].sort();
  } catch (error) {
    if (!(error instanceof MvsError && error.code === 'STORE_UNAVAILABLE')) throw error;
    return [...((await imageNetHierarchy())?.concepts ?? [])].flatMap(({ names }) => names).sort();
  }
}
