import { availableParallelism } from 'node:os';
import type { Log } from '../core/base/log.js';
import { untilItWorks } from '../core/base/retry.js';
import type { Model } from '../core/classifier/model.js';
import type { Classifier } from '../core/classifier/port.js';
import { ofOneVersion } from '../core/classifier/serving/same-version.js';
import { versionOf } from '../core/classifier/version.js';
import { openClassifier } from '../core/classifier/worker-classifier.js';
import type { Network } from '../core/consume/network.js';
import type { ModelVersion } from '../core/frames/model-version.js';
import type { RecordStore } from '../core/store/port.js';
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

/** Loads networks, each with workers of its own. @throws MvsError as `openClassifier` does; those that were loaded are closed */
export async function openNetworks(
  flags: Pick<ConsumerFlags, 'engine' | 'workers' | 'top-k'>,
  models: readonly Model[],
  { store, log, signal }: Context,
): Promise<Opened> {
  const [networks, classifiers]: [OpenNetwork[], Classifier[]] = [[], []];
  const close = async (): Promise<void> => {
    await Promise.all(classifiers.map((classifier) => classifier[Symbol.asyncDispose]()));
  };
  const { engine, workers = availableParallelism() } = flags;
  try {
    for (const model of models) {
      // Before it is loaded, so that files that are exchanged meanwhile do not count as this version.
      const version = await untilItWorks(() => versionOf(model, signal), { signal, log });
      const classifier = await openClassifier({ engine, model, workers, threadsPerWorker: 1, log, signal });
      classifiers.push(classifier);
      const about = { version, store: store.of(version), topK: topKOf(flags, model) };
      const { server } = model;
      const guarded = server ? await ofOneVersion(classifier, server, version) : classifier;
      classifiers.splice(-1, 1, guarded);
      networks.push({ classifier: guarded, ...about });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { networks, [Symbol.asyncDispose]: close };
}
