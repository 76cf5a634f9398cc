import { existsSync } from 'node:fs';
import { loadModel } from '../core/classifier/load-model.js';
import { versionOf } from '../core/classifier/version.js';
import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { chooseVersion, isNamed, type ModelVersion } from '../core/frames/model-version.js';
import { folderOf, knownModels, unknownModel } from '../core/models/known.js';
import { shelfOf } from '../core/models/shelf.js';
import type { StoredVersion } from '../core/store/port.js';
import type { HomeFlags, StoreFlags } from '../flags/index.js';
import { openStore } from './store.js';

type VersionFlags = HomeFlags & StoreFlags & { readonly cache?: string | undefined };

interface FoundVersion {
  /** Undefined if the network was not downloaded. */
  readonly version: ModelVersion | undefined;
  /** The name of a bundled, preset or pulled network. */
  readonly known?: string;
  /** Set if the database was asked for it. */
  readonly stored?: StoredVersion;
}

/**
 * Finds the version of a network: one on this machine by its name, path or `NAME@DIGEST`, else one in the database.
 * @throws MvsError MODEL_INVALID, NO_SUCH_MODEL, USAGE, STORE_UNAVAILABLE
 */
export async function findVersion(wanted: string, flags: VersionFlags, log: Log): Promise<FoundVersion> {
  const here = await versionHere(wanted, flags);
  if (here) return here;
  if (existsSync(wanted)) return { version: await versionOf(await loadModel(wanted)) };
  const at = wanted.lastIndexOf('@');
  const sameName = at < 0 ? undefined : await versionHere(wanted.slice(0, at), flags);
  if (sameName?.version && isNamed(sameName.version, wanted)) return sameName;
  try {
    await using store = await openStore(flags, log);
    const stored = chooseVersion(await store.versions(), wanted);
    return { version: stored, stored };
  } catch (error) {
    const isKnown = at >= 0 || !(error instanceof MvsError) || error.code === 'USAGE';
    if (isKnown) throw error;
    throw unknownModel(wanted, await knownModels(shelfOf(flags)));
  }
}

/** The error for a network whose version only its files could tell. */
export function notDownloaded(name: string): MvsError {
  return new MvsError('MODEL_INVALID', `${name} has not been downloaded, so its version is unknown`, {
    hint: `Download it with "mvs models:pull ${name}".`,
  });
}

/** The network with this name on this machine, or in the list of presets. */
export async function versionHere(name: string, flags: VersionFlags): Promise<FoundVersion | undefined> {
  const shelf = shelfOf(flags);
  if (!(await knownModels(shelf)).includes(name)) return undefined;
  const folder = await folderOf(name, shelf);
  const version = existsSync(folder) ? await versionOf(await loadModel(folder)) : undefined;
  return { version, known: name };
}
