import type { ModelFacts } from '../../frames/model-version.js';
import type { ModelServer } from './address.js';
import { within } from './deadline.js';
import { openServing } from './index.js';

/** The version and the signature of a network, as its server reports them. @throws MvsError ENGINE_UNAVAILABLE, MODEL_INVALID */
export async function servedFacts(server: ModelServer, signal?: AbortSignal): Promise<ModelFacts> {
  await using serving = await openServing(server);
  const { timeoutMs } = server.access;
  const describe = (ending: AbortSignal) => serving.describe(ending);
  const { version, inputs, outputs } = await within(
    timeoutMs,
    server.address,
    describe,
    () => signal?.aborted === true,
  );
  return { server: version ?? 'no version', signature: JSON.stringify({ inputs, outputs }) };
}
