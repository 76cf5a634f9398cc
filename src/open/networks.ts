import { availableParallelism } from 'node:os';
import { MvsError } from '../core/base/errors.js';
import type { Log } from '../core/base/log.js';
import { untilItWorks } from '../core/base/retry.js';
import type { Model } from '../core/classifier/model.js';
import { ofOneVersion } from '../core/classifier/serving/same-version.js';
import { versionOf } from '../core/classifier/version.js';
import { openClassifiers } from '../core/classifier/worker-classifier.js';
import type { Network } from '../core/consume/network.js';
import type { ModelVersion } from '../core/frames/model-version.js';
import type { RecordStore } from '../core/store/port.js';
import { keepHierarchy } from './hierarchy.js';
import { topKOf, type ConsumerFlags } from '../flags/consuming.js';

export interface OpenNetwork extends Network {
  readonly version: ModelVersion;
}

interface Opened extends AsyncDisposable {
  readonly networks: readonly OpenNetwork[];
}

interface Context {
  readonly store: RecordStore;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Loads networks, which share their workers. @throws MvsError as `openClassifiers` does; those that were loaded are closed */
export async function openNetworks(
  flags: Pick<ConsumerFlags, 'engine' | 'device' | 'workers' | 'top-k'>,
  models: readonly Model[],
  { store, log, signal }: Context,
): Promise<Opened> {
  const { engine, device, workers = availableParallelism() } = flags;
  const versions: ModelVersion[] = [];
  // Before they are loaded, so that files that are exchanged meanwhile do not count as these versions.
  for (const model of models) {
    const version = await untilItWorks(() => versionOf(model, signal), { signal, log });
    await untilItWorks(() => keepHierarchy(store, model, version), { signal, log });
    versions.push(version);
  }
  const classifiers = [
    ...(await openClassifiers(models, { engine, device, workers, threadsPerWorker: 1, log, signal })),
  ];
  const close = async (): Promise<void> => {
    await Promise.all(classifiers.map((classifier) => classifier[Symbol.asyncDispose]()));
  };
  try {
    const networks: OpenNetwork[] = [];
    for (const [n, model] of models.entries()) {
      const [version, opened] = [versions[n], classifiers[n]];
      if (version === undefined || opened === undefined) throw new MvsError('BUG', 'a network is missing');
      const { server } = model;
      const classifier = server ? await ofOneVersion(opened, server, version) : opened;
      classifiers[n] = classifier;
      networks.push({ classifier, version, store: store.of(version), topK: topKOf(flags, model) });
    }
    return { networks, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
