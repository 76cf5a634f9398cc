import { MvsError } from '../base/errors.js';
import { ifThere } from '../stream/if-there.js';
import type { StreamAdmin } from '../stream/admin-port.js';

/** What there is to lose. */
export interface Deletion {
  readonly topic: string;
  readonly messages: number;
  /** Groups that have members at work there. */
  readonly readers: readonly string[];
  /** Undefined where there are none. */
  readonly deadLetters: { readonly topic: string; readonly messages: number } | undefined;
}

/** @throws MvsError TOPIC_MISSING, USAGE for a topic that is the servers' own. */
export async function surveyDeletion(admin: StreamAdmin, topic: string): Promise<Deletion> {
  const { internal, messages, groups, deadLetterTopic } = await admin.describeTopic(topic);
  if (internal) {
    throw new MvsError('USAGE', `${topic} belongs to Kafka itself`, {
      hint: 'Name a topic that "mvs topic:list" shows.',
    });
  }
  const letters = await ifThere(admin.describeTopic(deadLetterTopic));
  const readers = groups
    .filter(({ state }) => state !== 'Empty' && state !== 'Dead')
    .map(({ group }) => group);
  return {
    topic,
    messages,
    readers,
    deadLetters: letters && { topic: deadLetterTopic, messages: letters.messages },
  };
}
