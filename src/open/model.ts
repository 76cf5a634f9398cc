import { loadModel } from '../core/classifier/load-model.js';
import { isServed } from '../core/classifier/port.js';
import { isServerUrl, parseServerUrl } from '../core/classifier/serving/address.js';
import { MvsError } from '../core/base/errors.js';
import type { Model } from '../core/classifier/model.js';
import type { Log } from '../core/base/log.js';
import { localModel } from '../core/models/pull.js';
import { shelfOf } from '../core/models/shelf.js';
import { accessOf, type HomeFlags, type ServingFlags } from '../flags/index.js';
import type { ClassifierFlags } from '../flags/classifying.js';

/** Time limit for a model server when only its state is wanted. */
const lookMs = 4_000;

export type ModelFlags = HomeFlags &
  ServingFlags &
  Pick<ClassifierFlags, 'model' | 'labels' | 'cache'> &
  Partial<Pick<ClassifierFlags, 'engine'>>;

interface OpenModelOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Download nothing. */
  readonly offline?: boolean;
}

/**
 * The network that the flags name. It is downloaded if necessary; if it has a server, the server is asked.
 * @throws MvsError MODEL_INVALID, ENGINE_UNAVAILABLE, CONFIG, and the errors of a download
 */
export async function openModel(flags: ModelFlags, { log, ...options }: OpenModelOptions): Promise<Model> {
  const { labels } = flags;
  mustFit(flags);
  const path = await localModel(flags.model, {
    ...options,
    shelf: shelfOf(flags),
    onDownload: (address) => {
      log.info(`downloading the network ${address}`);
    },
  });
  const model = await loadModel(path, {
    labels,
    signal: options.signal,
    access: (server) => accessOf(flags, server),
  });
  const { address, access } = model.server ?? {};
  if (address?.secure === false && access?.token !== undefined) {
    log.warn(`the token is sent to the model server in clear text; use ${encrypted(address.url)}`);
  }
  return model;
}

/** Looks at the network for an overview, with a short time limit. */
export function lookAtModel(flags: ModelFlags, log: Log): Promise<Model> {
  const patience = Math.min(flags['serving-timeout'], lookMs);
  const signal = AbortSignal.timeout(10_000);
  return openModel({ ...flags, 'serving-timeout': patience }, { log, signal, offline: true });
}

/** The address of a server gives its protocol, so a contradiction is found before the server is asked. @throws MvsError MODEL_INVALID */
function mustFit({ model, engine = 'auto' }: ModelFlags): void {
  if (engine === 'auto' || !isServerUrl(model)) return;
  const address = parseServerUrl(model);
  if (engine === address.engine) return;
  throw new MvsError(
    'MODEL_INVALID',
    `${address.url} is an address of ${address.engine}, but --engine is ${engine}`,
    {
      hint: isServed(engine)
        ? 'Remove --engine (MVS_ENGINE), or correct the address.'
        : 'Remove --engine (MVS_ENGINE): the server runs the network.',
    },
  );
}

function encrypted(url: string): string {
  return url.replace(/^(http|grpc):/, '$1s:');
}
