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
 * The network's files, and the engine that would run it: its library is loaded, the network is not. Of a served one its server
 * is asked.
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
      const chosen = engine === 'auto' ? ' (what auto takes here)' : '';
      return { checks: [found, ok('engine', `${how}${chosen}`)], model: name, engine: candidate };
    } catch (error) {
      reasons.push(messageOf(error));
      if (deadline.aborted) break;
    }
  }
  const hint = model.server ? 'Start it there, or correct --model.' : 'See what is missing: mvs doctor';
  const broken = failed('engine', reasons.join('; '), hint);
  return { checks: [found, broken], model: name, engine: null };
}

/** What there is to say of an engine that works. */
async function usable(engine: EngineName, { server }: Model): Promise<string> {
  if (!isServed(engine)) {
    await mustBeUsable(engine, loadMs);
    return engine;
  }
  if (server === undefined) throw new MvsError('BUG', `${engine} without a server`);
  const version = await servedVersion(server, loadMs);
  return `${engine} at ${server.address.url}, version ${version ?? 'not told'}`;
}
