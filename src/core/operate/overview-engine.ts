import { failed, failedBy, ok, type Check } from '../base/check.js';
import type { Model } from '../classifier/model.js';
import { isServed, type EngineName } from '../classifier/port.js';
import { servedVersion } from '../classifier/serving/look.js';
import { mustBeUsable } from '../classifier/usable.js';
import { candidates } from '../classifier/worker-classifier.js';
import { messageOf, MvsError } from '../base/errors.js';

export interface EngineSources {
  readonly engine: EngineName | 'auto';
  readonly loadModel: () => Promise<Model>;
}

interface EngineView {
  readonly checks: readonly Check[];
  readonly model: string | null;
  readonly engine: EngineName | null;
}

const loadMs = 4_000;

/**
 * Checks the files of the network and the engine that would run it. The library is loaded, but not the network. For a served
 * network, its server is asked.
 */
export async function lookAtEngine({ engine, loadModel }: EngineSources): Promise<EngineView> {
  let model: Model;
  let names: readonly EngineName[];
  try {
    model = await loadModel();
    names = candidates({ engine, model });
  } catch (error) {
    return { checks: [failedBy('model', error)], model: null, engine: null };
  }
  const { name, labels } = model;
  const found = ok('model', `${name}, ${labels.length} classes`);
  const reasons: string[] = [];
  const deadline = AbortSignal.timeout(loadMs);
  for (const candidate of names) {
    try {
      const how = await usable(candidate, model);
      const chosen = engine === 'auto' ? ' (chosen by auto)' : '';
      return { checks: [found, ok('engine', `${how}${chosen}`)], model: name, engine: candidate };
    } catch (error) {
      reasons.push(messageOf(error));
      if (deadline.aborted) break;
    }
  }
  const hint = model.server
    ? 'Start the model server, or correct --model.'
    : 'Run "mvs doctor" to see what is missing.';
  const broken = failed('engine', reasons.join('; '), hint);
  return { checks: [found, broken], model: name, engine: null };
}

/** The description of a working engine. @throws if it does not work */
async function usable(engine: EngineName, { server }: Model): Promise<string> {
  if (!isServed(engine)) {
    await mustBeUsable(engine, loadMs);
    return engine;
  }
  if (server === undefined) throw new MvsError('BUG', `${engine} without a server`);
  const version = await servedVersion(server, loadMs);
  return `${engine} at ${server.address.url}, version ${version ?? 'unknown'}`;
}
