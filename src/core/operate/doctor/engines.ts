import { failed, failedBy, ok, warning, type Check } from '../../base/check.js';
import { JpegDecoder } from '../../classifier/jpeg/decoder.js';
import type { Model } from '../../classifier/model.js';
import { servedVersion } from '../../classifier/serving/look.js';
import { localEngineNames, type Device, type LocalEngineName } from '../../classifier/port.js';
import { mustBeUsable } from '../../classifier/usable.js';
import { messageOf, MvsError } from '../../base/errors.js';

const loadMs = 20_000;

/** Loads each library. One working engine is enough, if it has the wanted device. */
export async function checkEngines(device: Device): Promise<Check[]> {
  const outcomes = await Promise.all(localEngineNames.map((engine) => outcomeOf(engine, device)));
  const enough = device === 'cpu' && outcomes.some(({ error }) => error === undefined);
  return outcomes.map(({ engine, error, offer }) => {
    const name = `engine ${engine}`;
    if (error === undefined) return ok(name, offer === undefined ? 'loads' : `loads; ${offer}`);
    const hint =
      (error instanceof MvsError ? error.hint : undefined) ?? 'Run "npm ci" again on this machine.';
    const isWanted = device === 'cpu' || engine === 'onnxruntime';
    return (enough || !isWanted ? warning : failed)(name, messageOf(error), hint);
  });
}

/** The decoder for plain JPEGs: without it, sharp decodes all pictures, with the same result. */
export function checkJpegDecoder(): Check {
  const name = 'JPEG decoder';
  try {
    new JpegDecoder();
    return ok(name, 'works');
  } catch (error) {
    const hint =
      'sharp decodes all pictures, which takes more CPU. Install the package again, or update Node.js.';
    return warning(name, messageOf(error), hint);
  }
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

interface Outcome {
  readonly engine: LocalEngineName;
  readonly offer?: string | undefined;
  readonly error?: unknown;
}

async function outcomeOf(engine: LocalEngineName, device: Device): Promise<Outcome> {
  return mustBeUsable(engine, loadMs, device).then(
    (offer) => ({ engine, offer }),
    (error: unknown) => ({ engine, error }),
  );
}
