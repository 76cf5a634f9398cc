import { expect, it } from 'vitest';
import { topicMissing } from '../../../src/core/stream/kafka/client.js';
import { answered } from '../../../src/core/stream/kafka/unavailable.js';

const usual = topicMissing('trafic', undefined).hint ?? '';

/** The error for a missing topic, with a broker that lists topics so. */
function errorWith(listTopics: () => Promise<string[]>, topic: string): Promise<never> {
  const missing = () => Promise.resolve({ parts: [], outage: undefined });
  const question = Promise.reject(topicMissing('trafic', undefined));
  return answered({ missing, admin: { listTopics } }, { doing: 'reading', topic }, question);
}

it.each<[string, () => Promise<string[]>, string, string]>([
  ['a similar name', () => Promise.resolve(['traffic', 'other']), 'trafic', 'Did you mean "traffic"? '],
  ['no similar name', () => Promise.resolve(['other', '__traffic', 'traffic.dlq', 'trafic']), 'trafic', ''],
  ['a list that is refused', () => Promise.reject(new Error('TOPIC_AUTHORIZATION_FAILED')), 'trafic', ''],
  ['a list that does not come', () => new Promise(() => undefined), 'trafic', ''],
  ['dead letters, which may be missing', () => Promise.resolve(['trafic', 'traffic.dlq']), 'trafic.dlq', ''],
])('a missing topic, with %s', async (_, listTopics, topic, near) => {
  const error = { code: 'TOPIC_MISSING', message: 'the topic trafic does not exist', hint: near + usual };
  await expect(errorWith(listTopics, topic)).rejects.toMatchObject(error);
});
