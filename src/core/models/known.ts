import { join } from 'node:path';
import { bundledFolder, bundledModels } from '../classifier/load-model.js';
import { MvsError } from '../base/errors.js';
import { didYouMean, nearest } from '../base/nearest.js';
import { presets } from './presets.js';
import { pulledModels } from './shelf.js';

/** Names of all networks that come with mvs, are presets, or were pulled. */
export async function knownModels(shelf: string): Promise<string[]> {
  return [
    ...new Set([...(await bundledModels()), ...(await presets()).keys(), ...(await pulledModels(shelf))]),
  ];
}

/** Where its files are, or would be. */
export async function folderOf(name: string, shelf: string): Promise<string> {
  return (await bundledModels()).includes(name) ? join(bundledFolder, name) : join(shelf, name);
}

export function unknownModel(name: string, known: readonly string[]): MvsError {
  return new MvsError('MODEL_INVALID', `there is no model "${name}"`, {
    hint: `${didYouMean(nearest(name, known))}There are ${known.join(', ')}; "mvs models:list" shows them all.`,
  });
}
