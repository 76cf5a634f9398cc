import { join } from 'node:path';
import { bundledFolder, bundledModels } from '../classifier/load-model.js';
import { MvsError } from '../base/errors.js';
import { didYouMean, nearest } from '../base/nearest.js';
import { presets } from './presets.js';
import { pulledModels } from './shelf.js';

/** The names of all bundled, preset and pulled networks. */
export async function knownModels(shelf: string): Promise<string[]> {
  return [
    ...new Set([...(await bundledModels()), ...(await presets()).keys(), ...(await pulledModels(shelf))]),
  ];
}

/** The folder of its files, even if it does not exist yet. */
export async function folderOf(name: string, shelf: string): Promise<string> {
  return (await bundledModels()).includes(name) ? join(bundledFolder, name) : join(shelf, name);
}

export function unknownModel(name: string, known: readonly string[]): MvsError {
  return new MvsError('MODEL_INVALID', `there is no model "${name}"`, {
    hint: `${didYouMean(nearest(name, known))}Known models: ${known.join(', ')}. "mvs models:list" shows details.`,
  });
}
