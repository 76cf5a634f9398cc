import { failed, ok, warning, type Check } from '../check.js';
import { engineNames, type EngineName } from '../classifier/port.js';
import { mustBeUsable } from '../classifier/usable.js';
import { messageOf, MvsError } from '../errors.js';

const loadMs = 20_000;

/** Each library is loaded. One engine is enough; the others can be done without. */
export async function checkEngines(): Promise<Check[]> {
  const outcomes = await Promise.all(
    engineNames.map(async (engine) => ({ engine, error: await problemOf(engine) })),
  );
  const enough = outcomes.some(({ error }) => error === undefined);
  return outcomes.map(({ engine, error }) => {
    const name = `engine ${engine}`;
    if (error === undefined) return ok(name, 'loads');
    const hint =
      (error instanceof MvsError ? error.hint : undefined) ?? 'Run "npm ci" again on this machine.';
    return (enough ? warning : failed)(name, messageOf(error), hint);
  });
}

async function problemOf(engine: EngineName): Promise<unknown> {
  return mustBeUsable(engine, loadMs).then(
    () => undefined,
    (error: unknown) => error,
  );
}
