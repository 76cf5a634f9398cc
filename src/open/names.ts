import type { Log } from '../core/base/log.js';
import { knownModels } from '../core/models/known.js';
import { shelfOf } from '../core/models/shelf.js';
import { versionId } from '../core/frames/model-version.js';
import type { HomeFlags, StoreFlags, TopicFlags } from '../flags/index.js';
import { openStore } from './store.js';

type NameFlags = TopicFlags & StoreFlags & HomeFlags & { readonly cache?: string | undefined };

/** The names that a flag or an argument can have. @throws MvsError if the server is unavailable */
export async function openNames(
  kind: 'videos' | 'topics' | 'models' | 'versions',
  flags: NameFlags,
  log: Log,
): Promise<readonly string[]> {
  switch (kind) {
    case 'videos': {
      await using store = await openStore(flags, log);
      return (await store.videos()).map(({ video }) => video);
    }
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
