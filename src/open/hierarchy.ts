import { existsSync } from 'node:fs';
import type { Log } from '../core/base/log.js';
import { bundledModels, imageNet, loadModel } from '../core/classifier/load-model.js';
import type { Model } from '../core/classifier/model.js';
import { labelsDigest } from '../core/classifier/version.js';
import type { Hierarchy } from '../core/concepts/hierarchy.js';
import { parseKept, readHierarchy, textToKeep } from '../core/concepts/hierarchy-file.js';
import { messageOf, MvsError } from '../core/base/errors.js';
import { unknownDigest, versionId, type ModelVersion } from '../core/frames/model-version.js';
import { folderOf, knownModels } from '../core/models/known.js';
import { presetClasses } from '../core/models/presets.js';
import { shelfOf } from '../core/models/shelf.js';
import type { RecordStore } from '../core/store/port.js';
import type { HomeFlags } from '../flags/index.js';

type ShelfFlags = HomeFlags & { readonly cache?: string | undefined };

/**
 * The hierarchy of the version that the results of a store are from: that of the network with its name and labels on this machine, else
 * the one that a consumer kept in the database, else that of a bundled network or a preset with the same labels. Without results, that of
 * ImageNet.
 */
export async function openHierarchy(
  store: Pick<RecordStore, 'version' | 'hierarchy'>,
  flags: ShelfFlags,
  log: Log,
): Promise<Hierarchy | undefined> {
  const { version } = store;
  if (version === undefined) return imageNetHierarchy();
  const local = await unlessDamaged(async () => {
    const here = await modelHere(version, flags);
    return here?.hierarchy === undefined ? undefined : readHierarchy(here.hierarchy, here.labels);
  }, log);
  if (local) return local;
  const text = await store.hierarchy();
  const kept =
    text === undefined ? undefined : await unlessDamaged(() => parseKept(text, versionId(version)), log);
  if (kept) return kept;
  return version.facts.labels === undefined ? undefined : shippedHierarchy(version.facts.labels, log);
}

/** That of a bundled network or a preset with these labels: every mvs has it. */
async function shippedHierarchy(digest: string, log: Log): Promise<Hierarchy | undefined> {
  for (const name of await bundledModels()) {
    const found = await unlessDamaged(async () => withLabels([await loadModel(name)], digest), log);
    if (found) return found;
  }
  return unlessDamaged(async () => withLabels(await presetClasses(), digest), log);
}

async function withLabels(
  all: readonly Pick<Model, 'labels' | 'hierarchy'>[],
  digest: string,
): Promise<Hierarchy | undefined> {
  for (const { labels, hierarchy } of all)
    if (hierarchy !== undefined && labelsDigest(labels) === digest) return readHierarchy(hierarchy, labels);
  return undefined;
}

/** A question is answered without the damaged network or hierarchy. */
export async function unlessDamaged<T>(read: () => T | Promise<T>, log: Log): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof MvsError && error.code === 'MODEL_INVALID')) throw error;
    log.warn(`${messageOf(error)}; its concepts are not used`);
    return undefined;
  }
}

/** The hierarchy of the bundled networks. */
export async function imageNetHierarchy(): Promise<Hierarchy | undefined> {
  const { hierarchy, labels } = await loadModel(imageNet);
  return hierarchy === undefined ? undefined : readHierarchy(hierarchy, labels);
}

/**
 * Stores the hierarchy of a network for readers that do not have it. Every mvs has those of the bundled networks.
 * @throws MvsError MODEL_INVALID
 */
export async function keepHierarchy(store: RecordStore, model: Model, version: ModelVersion): Promise<void> {
  const { hierarchy, labels } = model;
  if (hierarchy === undefined || hierarchy === (await loadModel(imageNet)).hierarchy) return;
  await store.keepHierarchy(version, await textToKeep(hierarchy, labels));
}

async function modelHere({ name, ...version }: ModelVersion, flags: ShelfFlags): Promise<Model | undefined> {
  const shelf = shelfOf(flags);
  if (!(await knownModels(shelf)).includes(name)) return undefined;
  const folder = await folderOf(name, shelf);
  const model = existsSync(folder) ? await loadModel(folder) : undefined;
  return model && hasLabels(version, model.labels) ? model : undefined;
}

/** Records of an earlier mvs do not say which labels their network had; those of its name are the best guess. */
function hasLabels({ digest, facts }: Omit<ModelVersion, 'name'>, labels: readonly string[]): boolean {
  return facts.labels === labelsDigest(labels) || digest === unknownDigest;
}
