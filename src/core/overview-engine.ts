import { failed, failedBy, ok, type Check } from './check.js';
import type { Model } from './classifier/model.js';
import type { EngineName } from './classifier/port.js';
import { mustBeUsable } from './classifier/usable.js';
import { candidates } from './classifier/worker-classifier.js';
import { messageOf } from './errors.js';

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

/** The network's files, and the engine that would run it: its library is loaded, the network is not. */
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
      await mustBeUsable(candidate, loadMs);
      const how = engine === 'auto' ? ' (what auto takes here)' : '';
      return { checks: [found, ok('engine', `${candidate}${how}`)], model: name, engine: candidate };
    } catch (error) {
      reasons.push(messageOf(error));
      if (deadline.aborted) break;
    }
  }
  const broken = failed('engine', reasons.join('; '), 'See what is missing: mvs doctor');
  return { checks: [found, broken], model: name, engine: null };
}
