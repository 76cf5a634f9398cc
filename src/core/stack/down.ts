import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { redact } from '../base/redact.js';
import { adoptArchives } from './class-archive.js';
import { removeService } from './docker.js';
import { kafkaKind, mongoKind } from './kinds.js';
import { withLock } from './lock.js';
import { terminate } from './processes.js';
import { openSite, type ServerKind, type Site } from './site.js';
import type { ServerName, StackSite } from './types.js';

const GRACE_MS = 20_000;

export interface DownOptions extends StackSite {
  /** Also deletes the data of both servers. */
  readonly wipe: boolean;
}

export interface Stopped {
  readonly stopped: ServerName[];
  /** Servers that mvs did not start. They keep running. */
  readonly left: { readonly name: ServerName; readonly address: string }[];
  /** The deleted folders and volumes. */
  readonly wiped: string[];
}

/** Stops what `up` started. The database is stopped first, because its clients may still commit offsets to the broker. */
export async function down(options: DownOptions): Promise<Stopped> {
  const { layout } = openSite(options);
  return withLock(layout.lockFile, { signal: options.signal }, async () => {
    const site = openSite(options);
    const result: Stopped = { stopped: [], left: [], wiped: [] };
    for (const kind of [mongoKind('auto'), kafkaKind('auto')])
      await stopServer(site, kind, options.wipe, result);
    site.state.up = false;
    site.save();
    if (options.wipe) await wipeRest(site, result);
    return result;
  });
}

async function stopServer(site: Site, kind: ServerKind, wipe: boolean, result: Stopped): Promise<void> {
  const record = site.state[kind.name];
  const remembered = site.state.remembered[kind.name];
  site.step(`Stopping ${kind.title}`);
  const ended = await terminate(kind.marks(site.layout), GRACE_MS);
  if (ended === 'stopped' && kind.name === 'kafka') adoptArchives(site.layout);
  const inDocker = record?.provider === 'docker' || (wipe && remembered.provider === 'docker');
  if (inDocker) await removeService(site.layout, kind.name, wipe);
  if (inDocker || ended !== 'absent') result.stopped.push(kind.name);
  if (record?.provider === 'external') {
    result.left.push({ name: kind.name, address: redact(record.address) });
  }
  site.state[kind.name] = undefined;
  if (wipe) await wipeData(site, kind, result);
}

async function wipeData(site: Site, kind: ServerKind, result: Stopped): Promise<void> {
  const folder = site.layout.folder(kind.name);
  if (existsSync(folder)) result.wiped.push(folder);
  await rm(folder, { recursive: true, force: true });
  site.state.remembered[kind.name] = {};
}

/** Everything except the lock, which its holder removes, and the cache, which is not data. */
async function wipeRest(site: Site, result: Stopped): Promise<void> {
  const { root, stateFile } = site.layout;
  result.wiped.push(join(root, 'logs'));
  for (const path of [join(root, 'logs'), join(root, 'class-archives'), stateFile]) {
    await rm(path, { recursive: true, force: true });
  }
}
