import { atMost } from '../../base/abort.js';
import { MvsError } from '../../base/errors.js';
import { didYouMean, nearest } from '../../base/nearest.js';
import { isDeadLetterTopic } from '../dead-letters.js';
import { ask } from './client.js';
import type { Connection } from './connection.js';

interface Asked extends Pick<Connection, 'missing'> {
  readonly admin: Pick<Connection['admin'], 'listTopics'>;
}

/** A similar name is help for a typing error, which the user must not wait for. */
const namesMs = 1_000;

/**
 * The answer to `question` about a topic, or a group there. Where it fails, the error says which partitions have no leader, that the
 * group has no coordinator, and which brokers do not answer, if that is why; or which topics have a similar name.
 */
export async function answered<T>(
  { missing, admin }: Asked,
  { doing, topic, group }: { readonly doing: string; readonly topic: string; readonly group?: string },
  question: Promise<T>,
): Promise<T> {
  try {
    return await ask(doing, question);
  } catch (error) {
    if (error instanceof MvsError && error.code === 'TOPIC_MISSING')
      throw await withNearNames(error, topic, admin);
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

/** The error, with topics of a similar name in its hint, if they can be listed. */
async function withNearNames(error: MvsError, topic: string, admin: Asked['admin']): Promise<MvsError> {
  const { code, message, retriable, hint = '' } = error;
  // Most topics have no dead letters yet, and that is not a typing error.
  if (topic === '' || isDeadLetterTopic(topic)) return error;
  let names: readonly string[] = [];
  const listing = admin.listTopics().then((listed) => {
    names = listed.filter((name) => name !== topic && !name.startsWith('__') && !isDeadLetterTopic(name));
  });
  await atMost(
    namesMs,
    listing.catch(() => undefined),
  );
  const near = didYouMean(nearest(topic, names));
  return near === '' ? error : new MvsError(code, message, { cause: error, retriable, hint: near + hint });
}
