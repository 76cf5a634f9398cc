import { failed, failedBy, ok, warning, type Check } from '../../base/check.js';
import type { Model } from '../../classifier/model.js';
import { servedVersion } from '../../classifier/serving/look.js';
import { localEngineNames, type LocalEngineName } from '../../classifier/port.js';
import { mustBeUsable } from '../../classifier/usable.js';
import { messageOf, MvsError } from '../../base/errors.js';

const loadMs = 20_000;

/** Loads each library. One working engine is enough. */
export async function checkEngines(): Promise<Check[]> {
  const outcomes = await Promise.all(
    localEngineNames.map(async (engine) => ({ engine, error: await problemOf(engine) })),
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

/** Checks whether the server of a served network answers, and with which version. Empty for a local network. */
export async function checkModelServer(loadModel: () => Promise<Model>): Promise<Check[]> {
  const name = 'model server';
  try {
    const { server } = await loadModel();
    if (server === undefined) return [];
    const version = await servedVersion(server, server.access.timeoutMs);
    return [ok(name, `${server.address.url}, version ${version ?? 'unknown'}`)];
  } catch (error) {
    return [failedBy(name, error)];
  }
}

async function problemOf(engine: LocalEngineName): Promise<unknown> {
  return mustBeUsable(engine, loadMs).then(
    () => undefined,
    (error: unknown) => error,
  );
}
