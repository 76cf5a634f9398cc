import { MvsError } from '../errors.js';
import type { Log } from '../log.js';
import { engines } from './engines/index.js';
import type { Model } from './model.js';
import { engineNames, type Classifier, type EngineName } from './port.js';
import { ThreadClassifier } from './thread-classifier.js';

export interface ClassifierSettings {
  /** `auto` takes the fastest engine that loads here and can read the model. */
  readonly engine: EngineName | 'auto';
  readonly model: Model;
  /** So many classifiers, each with a worker of its own. */
  readonly count: number;
  readonly threadsPerWorker: number;
  readonly log: Log;
}

/**
 * Starts `count` inference workers, one after the other.
 * @returns classifiers that the caller disposes of.
 * @throws MvsError ENGINE_MISSING with the reasons of each engine tried, or MODEL_INVALID.
 */
export async function openClassifiers(settings: ClassifierSettings): Promise<Classifier[]> {
  const opened = [await openFirst(settings)];
  const [first] = opened;
  try {
    while (opened.length < settings.count) {
      opened.push(await openOne(first?.engine ?? 'onnxruntime', settings));
    }
    return opened;
  } catch (error) {
    await Promise.all(opened.map((classifier) => classifier[Symbol.asyncDispose]()));
    throw error;
  }
}

async function openFirst(settings: ClassifierSettings): Promise<Classifier> {
  const missing: string[] = [];
  for (const engine of candidates(settings)) {
    try {
      const classifier = await openOne(engine, settings);
      settings.log.debug(`engine ${engine}, model ${settings.model.name}`);
      return classifier;
    } catch (error) {
      // Only a missing engine sends `auto` on: a damaged model must not end in a slower engine unnoticed.
      const goOn = settings.engine === 'auto' && error instanceof MvsError && error.code === 'ENGINE_MISSING';
      if (!goOn) throw error;
      missing.push(`${engine}: ${error.message}`);
      settings.log.info(`engine ${engine} is not usable: ${error.message}`);
    }
  }
  throw new MvsError('ENGINE_MISSING', `no engine loads here: ${missing.join('; ')}`, {
    hint: 'Run "npm ci" again on this machine.',
  });
}

/** The engines that read one of the model's files, in order of preference. */
function candidates({ engine, model }: ClassifierSettings): readonly EngineName[] {
  const readable = engineNames.filter((name) => model.files[engines[name].format] !== undefined);
  if (engine === 'auto' && readable.length > 0) return readable;
  if (engine !== 'auto' && readable.includes(engine)) return [engine];
  const formats = Object.keys(model.files).join(', ') || 'none';
  throw new MvsError(
    'MODEL_INVALID',
    `model ${model.name} has no files for engine ${engine} (it has: ${formats})`,
    {
      hint: readable.length > 0 ? `Use --engine ${readable.join(' or ')}.` : 'Name its files in model.yaml.',
    },
  );
}

function openOne(
  engine: EngineName,
  { model, threadsPerWorker }: ClassifierSettings,
): Promise<ThreadClassifier> {
  return ThreadClassifier.open({ engine, model, threads: threadsPerWorker });
}
