import { brokersCheck } from '../brokers-check.js';
import { failedBy, type Check } from '../../base/check.js';
import type { Servers } from '../../stream/servers.js';

/** The brokers in use, given or local. */
export interface BrokersInUse {
  readonly address: string;
  readonly look: () => Promise<Servers>;
}

/** Checks whether the brokers answer. Empty if a local stack does not run. */
export async function checkBrokers(inUse: BrokersInUse | undefined): Promise<Check[]> {
  if (inUse === undefined) return [];
  try {
    return [brokersCheck('brokers', await inUse.look(), inUse.address)];
  } catch (error) {
    return [failedBy('brokers', error)];
  }
}
