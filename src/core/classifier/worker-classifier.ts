import { MvsError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { engines } from './engines/index.js';
import type { Model } from './model.js';
import { PoolClassifier } from './pool-classifier.js';
import { engineNames, isServed, type Classifier, type EngineName } from './port.js';
import { ThreadClassifier } from './thread-classifier.js';

export interface ClassifierSettings {
  /** `auto` takes the fastest engine that loads here and can read the model. */
  readonly engine: EngineName | 'auto';
  readonly model: Model;
  /** Inference workers, each with a network of its own. */
  readonly workers: number;
  readonly threadsPerWorker: number;
  readonly log: Log;
  /** Ends a start that waits for a model server, with INTERRUPTED. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Starts the inference workers, one after the other, as one classifier that the caller disposes of.
 * @throws MvsError ENGINE_MISSING with the reasons of each engine tried, MODEL_INVALID, or INTERRUPTED.
 */
export async function openClassifier(settings: ClassifierSettings): Promise<Classifier> {
  const first = await openFirst(settings);
  const others: Classifier[] = [];
  try {
    while (others.length + 1 < settings.workers) others.push(await openOne(first.engine, settings));
  } catch (error) {
    await Promise.all([first, ...others].map((worker) => worker[Symbol.asyncDispose]()));
    throw error;
  }
  return new PoolClassifier([first, ...others]);
}

async function openFirst(settings: ClassifierSettings): Promise<Classifier> {
  const missing: string[] = [];
  for (const engine of candidates(settings)) {
    try {
      const classifier = await openOne(engine, settings);
      settings.log.debug(`engine ${engine}, model ${settings.model.name}`);
      return classifier;
    } catch (error) {
      // `auto` continues only if an engine is missing: a damaged model must not silently select a slower engine.
      const tryNext =
        settings.engine === 'auto' && error instanceof MvsError && error.code === 'ENGINE_MISSING';
      if (!tryNext) throw error;
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
}: Pick<ClassifierSettings, 'engine' | 'model'>): readonly EngineName[] {
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

function openOne(
  engine: EngineName,
  { model, threadsPerWorker, signal }: ClassifierSettings,
): Promise<ThreadClassifier> {
  return ThreadClassifier.open({ engine, model, threads: threadsPerWorker }, signal);
}
