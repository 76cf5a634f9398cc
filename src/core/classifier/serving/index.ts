import type { ModelServer } from './address.js';
import type { Serving } from './protocol.js';

/** Opens the protocol of the address, without a request. Loads the code of that protocol only. */
export async function openServing(server: ModelServer): Promise<Serving> {
  const { engine, transport } = server.address;
  if (engine === 'kserve') return (await import('./kserve-rest.js')).openKserveRest(server);
  if (transport === 'grpc') return (await import('./tf-grpc.js')).openTfGrpc(server);
  return (await import('./tf-rest.js')).openTfRest(server);
}
