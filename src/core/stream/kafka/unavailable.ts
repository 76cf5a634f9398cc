import { MvsError } from '../../base/errors.js';
import { ask } from './client.js';
import type { Connection } from './connection.js';

/**
 * The answer to `question` about a topic, or a group there. Where it fails, the error says which partitions have no leader, that the
 * group has no coordinator, and which brokers do not answer, if that is why.
 */
export async function answered<T>(
  { missing }: Pick<Connection, 'missing'>,
  { doing, topic, group }: { readonly doing: string; readonly topic: string; readonly group?: string },
  question: Promise<T>,
): Promise<T> {
  try {
    return await ask(doing, question);
  } catch (error) {
    if (!(error instanceof MvsError && error.code === 'BROKER_UNAVAILABLE')) throw error;
    // Where no broker answers any more, the error says all there is to say.
    const found = await missing(topic, group).catch(() => undefined);
    const { parts = [], outage } = found ?? {};
    if (parts.length === 0 && outage === undefined) throw error;
    const what = parts.length === 0 ? error.message : `${doing}: ${parts.join('; ')}`;
    throw new MvsError('BROKER_UNAVAILABLE', outage === undefined ? what : `${what}; ${outage}`, {
      cause: error,
      retriable: true,
      hint: 'Start the missing brokers, or try again after a new leader is elected.',
    });
  }
}
