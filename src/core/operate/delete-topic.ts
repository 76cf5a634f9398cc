import { MvsError } from '../base/errors.js';
import { ifThere } from '../stream/if-there.js';
import type { StreamAdmin } from '../stream/admin-port.js';

/** What a deletion would remove. */
export interface Deletion {
  readonly topic: string;
  readonly messages: number;
  /** Groups with active members. */
  readonly readers: readonly string[];
  /** Undefined if there are none. */
  readonly deadLetters: { readonly topic: string; readonly messages: number } | undefined;
}

/** @throws MvsError TOPIC_MISSING; USAGE for an internal topic of Kafka. */
export async function surveyDeletion(admin: StreamAdmin, topic: string): Promise<Deletion> {
  const { internal, messages, groups, deadLetterTopic } = await admin.describeTopic(topic);
  if (internal) {
    throw new MvsError('USAGE', `${topic} is an internal topic of Kafka`, {
      hint: 'Name a topic that "mvs topic:list" lists.',
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
