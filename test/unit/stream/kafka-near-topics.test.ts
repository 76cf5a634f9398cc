import { expect, it } from 'vitest';
import { topicMissing } from '../../../src/core/stream/kafka/client.js';
import { answered } from '../../../src/core/stream/kafka/unavailable.js';

const usual = topicMissing('trafic', undefined).hint ?? '';

/** The hint of the error for a missing topic, with a broker that lists topics so. */
function hintWith(listTopics: () => Promise<string[]>, topic = 'trafic'): Promise<string> {
  const missing = () => Promise.resolve({ parts: [], outage: undefined });
  const connection = { missing, admin: { listTopics } };
  const asked = answered(
    connection,
    { doing: 'reading', topic },
    Promise.reject(topicMissing('trafic', undefined)),
  );
  return asked.then(
    () => 'no error',
    (error: { hint: string; code: string }) => `${error.code}: ${error.hint}`,
  );
}

it.each<[string, () => Promise<string[]>, string, string]>([
  ['a similar name', () => Promise.resolve(['traffic', 'other']), 'trafic', 'Did you mean "traffic"? '],
  ['no similar name', () => Promise.resolve(['other', '__traffic', 'traffic.dlq', 'trafic']), 'trafic', ''],
  ['a list that is refused', () => Promise.reject(new Error('TOPIC_AUTHORIZATION_FAILED')), 'trafic', ''],
  ['a list that does not come', () => new Promise(() => undefined), 'trafic', ''],
  ['dead letters, which may be missing', () => Promise.resolve(['trafic', 'traffic.dlq']), 'trafic.dlq', ''],
])('a missing topic, with %s', async (_, listTopics, topic, near) => {
  expect(await hintWith(listTopics, topic)).toBe(`TOPIC_MISSING: ${near}${usual}`);
});
