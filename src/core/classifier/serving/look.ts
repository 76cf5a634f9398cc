import type { ModelServer } from './address.js';
import { within } from './deadline.js';
import { openServing } from './index.js';

/**
 * The version of the model that its server has ready; null if the server does not report it.
 * @throws MvsError ENGINE_UNAVAILABLE, MODEL_INVALID, CONFIG, each with a hint
 */
export async function servedVersion({ address, access }: ModelServer, ms: number): Promise<string | null> {
  await using serving = await openServing({ address, access: { ...access, timeoutMs: ms } });
  const { version } = await within(ms, address, (signal) => serving.describe(signal));
  return version;
}
