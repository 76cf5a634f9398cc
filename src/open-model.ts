import { loadModel } from './core/classifier/load-model.js';
import type { Model } from './core/classifier/model.js';
import type { Log } from './core/log.js';
import { localModel } from './core/models/pull.js';
import { shelfOf } from './core/models/shelf.js';

export interface ModelFlags {
  readonly home: string;
  readonly cache?: string | undefined;
  readonly model: string;
  readonly labels?: string | undefined;
}

interface OpenModelOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Nothing is downloaded. */
  readonly offline?: boolean;
}

/** The network that the flags name, downloaded where it is elsewhere. @throws MvsError MODEL_INVALID, and as a download does */
export async function openModel(flags: ModelFlags, { log, ...options }: OpenModelOptions): Promise<Model> {
  const path = await localModel(flags.model, {
    ...options,
    shelf: shelfOf(flags),
    onDownload: (address) => {
      log.info(`downloading the network ${address}`);
    },
  });
  return loadModel(path, flags.labels === undefined ? {} : { labels: flags.labels });
}
