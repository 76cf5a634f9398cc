import type { ModelFacts } from '../../frames/model-version.js';
import type { ModelServer } from './address.js';
import { within } from './deadline.js';
import { openServing } from './index.js';
import type { Serving } from './protocol.js';

/** The version and the signature of a network, as its server reports them. @throws MvsError ENGINE_UNAVAILABLE, MODEL_INVALID */
export async function servedFacts(server: ModelServer, signal?: AbortSignal): Promise<ModelFacts> {
  await using serving = await openServing(server);
  return await factsFrom(serving, server, signal);
}

/** The same over a connection that is open. */
export async function factsFrom(
  serving: Serving,
  { address, access }: ModelServer,
  signal?: AbortSignal,
): Promise<ModelFacts> {
  const describe = (ending: AbortSignal) => serving.describe(ending);
  const isCancelled = (): boolean => signal?.aborted === true;
  const { version, inputs, outputs } = await within(access.timeoutMs, address, describe, isCancelled);
  return { server: version ?? 'no version', signature: JSON.stringify({ inputs, outputs }) };
}
