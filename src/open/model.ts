import { loadModel } from '../core/classifier/load-model.js';
import { isServed, type EngineName } from '../core/classifier/port.js';
import { isServerUrl, parseServerUrl } from '../core/classifier/serving/address.js';
import { MvsError } from '../core/base/errors.js';
import type { Model } from '../core/classifier/model.js';
import type { Log } from '../core/base/log.js';
import { localModel } from '../core/models/pull.js';
import { shelfOf } from '../core/models/shelf.js';
import { accessOf, type ServingFlags } from '../flags/index.js';

/** Patience with a model server, where the question is how it is. */
const lookMs = 4_000;

export interface ModelFlags extends ServingFlags {
  readonly home: string;
  readonly cache?: string | undefined;
  readonly model: string;
  readonly labels?: string | undefined;
  readonly engine?: EngineName | 'auto' | undefined;
}

interface OpenModelOptions {
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Nothing is downloaded. */
  readonly offline?: boolean;
}

/**
 * The network that the flags name, downloaded where it is elsewhere; its server is asked where it has one.
 * @throws MvsError MODEL_INVALID, ENGINE_UNAVAILABLE, CONFIG, and as a download does
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
    log.warn(
      `the token goes to the model server in clear text; give its address as ${encrypted(address.url)}`,
    );
  }
  return model;
}

/** Looks at the network for somebody who waits at a terminal for an overview. */
export function lookAtModel(flags: ModelFlags, log: Log): Promise<Model> {
  const patience = Math.min(flags['serving-timeout'], lookMs);
  const signal = AbortSignal.timeout(10_000);
  return openModel({ ...flags, 'serving-timeout': patience }, { log, signal, offline: true });
}

/** Of a server that is named its protocol is known before it is asked. @throws MvsError MODEL_INVALID */
function mustFit({ model, engine = 'auto' }: ModelFlags): void {
  if (engine === 'auto' || !isServerUrl(model)) return;
  const address = parseServerUrl(model);
  if (engine === address.engine) return;
  throw new MvsError(
    'MODEL_INVALID',
    `${address.url} is an address of ${address.engine}, and --engine is ${engine}`,
    {
      hint: isServed(engine)
        ? 'Leave --engine (MVS_ENGINE) out, or correct the address.'
        : 'Leave --engine (MVS_ENGINE) out: a network on a server needs no other.',
    },
  );
}

function encrypted(url: string): string {
  return url.replace(/^(http|grpc):/, '$1s:');
}
