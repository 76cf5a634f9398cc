import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { engines } from './engines/index.js';
import { InferencePool, type PooledNetwork } from './inference-pool.js';
import { InferenceThread } from './inference-thread.js';
import type { Model } from './model.js';
import { engineNames, isServed, type Classifier, type Device, type EngineName } from './port.js';

export interface PoolSettings {
  /** `auto` takes the fastest engine that loads here and can read the model. */
  readonly engine: EngineName | 'auto';
  /** Inference workers, each with networks of its own. */
  readonly workers: number;
  readonly threadsPerWorker: number;
  /** Where onnxruntime computes; by default on the CPU. */
  readonly device?: Device;
  readonly log: Log;
  /** Ends a start that waits for a model server, with INTERRUPTED. */
  readonly signal?: AbortSignal | undefined;
}

export interface ClassifierSettings extends PoolSettings {
  readonly model: Model;
}

/**
 * Starts the inference workers, one after the other, as one classifier that the caller disposes of.
 * @throws MvsError ENGINE_MISSING with the reasons of each engine tried, MODEL_INVALID, or INTERRUPTED.
 */
export async function openClassifier({ model, ...settings }: ClassifierSettings): Promise<Classifier> {
  const [classifier] = await openPool([model], settings);
  if (classifier === undefined) throw new MvsError('BUG', 'a pool has no classifier');
  return classifier;
}

/**
 * Opens a classifier for each model, in order. The networks that run here share their workers, which decode a picture once for all of them.
 * A model server has workers of its own: they wait for it, and the others do not.
 * @throws MvsError as `openClassifier` does; what was opened is closed
 */
export async function openClassifiers(
  models: readonly Model[],
  settings: PoolSettings,
): Promise<readonly Classifier[]> {
  const isHere = (model: Model): boolean => !candidates({ ...settings, model }).every(isServed);
  const opened = new Map<Model, Classifier>();
  try {
    const here = models.filter(isHere);
    const pooled = here.length === 0 ? [] : await openPool(here, settings);
    pooled.forEach((classifier, n) => {
      const model = here[n];
      if (model) opened.set(model, classifier);
    });
    for (const model of models)
      if (!isHere(model)) opened.set(model, await openClassifier({ ...settings, model }));
  } catch (error) {
    await Promise.all(Array.from(opened.values(), (classifier) => classifier[Symbol.asyncDispose]()));
    throw error;
  }
  return models.flatMap((model) => opened.get(model) ?? []);
}

async function openPool(models: readonly Model[], settings: PoolSettings): Promise<readonly Classifier[]> {
  const { workers, threadsPerWorker: threads, device = 'cpu', signal } = settings;
  const first = new InferenceThread({ models, threads, device });
  const all = [first];
  try {
    const networks: PooledNetwork[] = [];
    for (const [network, model] of models.entries()) {
      const engine = await openFirst(first, network, { ...settings, model });
      networks.push({ network, engine, model: model.name });
    }
    while (all.length < workers) {
      const thread = new InferenceThread({ models, threads, device });
      all.push(thread);
      for (const network of networks) await thread.open(network, signal);
    }
    return new InferencePool(all, networks).classifiers;
  } catch (error) {
    await Promise.all(all.map((thread) => thread[Symbol.asyncDispose]()));
    throw error;
  }
}

/** Loads a network in the first worker. @returns the engine that runs it */
async function openFirst(
  thread: InferenceThread,
  network: number,
  settings: ClassifierSettings,
): Promise<EngineName> {
  const missing: string[] = [];
  const all = candidates(settings);
  for (const engine of all) {
    try {
      await thread.open({ network, engine }, settings.signal);
      settings.log.debug(`engine ${engine}, model ${settings.model.name}`);
      return engine;
    } catch (error) {
      // `auto` continues only if an engine is missing: a damaged model must not silently select a slower engine.
      const tryNext =
        settings.engine === 'auto' && error instanceof MvsError && error.code === 'ENGINE_MISSING';
      if (!tryNext || all.length === 1) throw error;
      missing.push(`${engine}: ${error.message}`);
      settings.log.info(`engine ${engine} is not usable: ${error.message}`);
    }
  }
  throw new MvsError('ENGINE_MISSING', `no engine loads here: ${missing.join('; ')}`, {
    hint: 'Run "npm ci" again on this machine.',
  });
}

/**
 * The engines that can run the model, in order of preference. If the model names a server, only that is used, and not a
 * file of the model.
 */
export function candidates({
  engine,
  model,
  device = 'cpu',
}: Pick<ClassifierSettings, 'engine' | 'model' | 'device'>): readonly EngineName[] {
  if (device !== 'cpu') return [onlyOnnxRuntime(device, engine, model)];
  if (engine === 'auto' && model.server !== undefined) return [model.server.address.engine];
  const readable = engineNames.filter((name) => engines[name].runs(model));
  if (engine === 'auto' && readable.length > 0) return readable;
  if (engine !== 'auto' && readable.includes(engine)) return [engine];
  const has = [...Object.keys(model.files), ...(model.server ? [model.server.address.url] : [])];
  throw new MvsError(
    'MODEL_INVALID',
    `model ${model.name} has no files or server for engine ${engine} (it has: ${has.join(', ') || 'no files'})`,
    {
      hint: isServed(engine)
        ? 'Give the URL of the model on its server with --model, or as "server:" in its model.yaml.'
        : readable.length > 0
          ? `Use --engine ${readable.join(' or ')}.`
          : 'Name its files in model.yaml.',
    },
  );
}

/** No other engine has devices, and none must take its place unnoticed. @throws MvsError MODEL_INVALID */
function onlyOnnxRuntime(device: Device, engine: EngineName | 'auto', model: Model): EngineName {
  const isPossible = engine === 'auto' ? model.server === undefined : engine === 'onnxruntime';
  if (isPossible && engines.onnxruntime.runs(model)) return 'onnxruntime';
  throw new MvsError('MODEL_INVALID', `model ${model.name} cannot run on ${device}: only onnxruntime can`, {
    hint: 'Use --device cpu (MVS_DEVICE), or a network with an ONNX file and --engine auto.',
  });
}
